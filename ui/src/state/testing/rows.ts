/** Rows for tests: Anna and Ben answer, Carla and Deniz write. */
import type { Contact } from "../../bindings/Contact";
import type { ContactDetail } from "../../bindings/ContactDetail";
import type { ConversationView } from "../../bindings/ConversationView";
import type { HubSettings } from "../../bindings/HubSettings";
import type { Interaction } from "../../bindings/Interaction";
import type { Message } from "../../bindings/Message";
import type { Offer } from "../../bindings/Offer";
import type { Outgoing } from "../../bindings/Outgoing";
import type { WorkspaceSnapshot } from "../../bindings/WorkspaceSnapshot";

export const ANNA = { id: "anna", name: "Anna", role: "agent" as const };
export const NOW = 1_790_000_000_000;

/** A position as the hub writes it. */
export const at = (place: number): string => String(place).padStart(19, "0");

export const HUB: HubSettings = {
  hub_name: "Hub",
  cache_days: 90,
  reasons: [],
  waiting_yellow_s: 10,
  waiting_red_s: 20,
  heartbeat_s: 15,
  dispositions: [],
  disposition_required: false,
  case_fields: [],
  write_a_message: true,
  window_warning_s: 3600,
  opt_in_sources: [],
};

export function message(id: string, place: number, some: Partial<Message> = {}): Message {
  return {
    id,
    conversation: "carla",
    interaction: null,
    position: at(place),
    at: NOW + place * 1000,
    author: { kind: "contact" },
    content: { kind: "text", body: id },
    delivery: null,
    state_at: null,
    failure: null,
    attempt: 1,
    late: false,
    quote: null,
    reactions: [],
    version: 1,
    ...some,
  };
}

export function outgoing(id: string, some: Partial<Outgoing> = {}): Outgoing {
  return {
    id,
    conversation: "carla",
    body: id,
    template: null,
    written_at: NOW,
    state: "queued",
    failure: null,
    ...some,
  };
}

export function conversation(id: string, some: Partial<ConversationView> = {}): ConversationView {
  return {
    id,
    queue: "service",
    channel: "whatsapp",
    account: "account",
    contact: `contact-${id}`,
    contact_name: id,
    address: null,
    evidence: { state: "verified", at: NOW, failure: null, opt_in: null },
    window_until: NOW + 3_600_000,
    last_position: at(1),
    last_at: NOW,
    preview: "Hello",
    unread: 0,
    draft: null,
    draft_begun_on: null,
    version: 1,
    ...some,
  };
}

export function interaction(id: string, of: string, some: Partial<Interaction> = {}): Interaction {
  return {
    id,
    conversation: of,
    queue: "service",
    state: "active",
    agent: ANNA.id,
    agent_name: ANNA.name,
    ended_by: null,
    participants: [{ agent: ANNA.id, name: ANNA.name, handled_ms: 0 }],
    created_at: NOW,
    active_since: NOW,
    ended_at: null,
    done_at: null,
    waiting_since: null,
    case: [],
    disposition: null,
    note: "",
    version: 1,
    ...some,
  };
}

export function offer(id: string, some: Partial<Offer> = {}): Offer {
  return {
    id,
    interaction: "i",
    conversation: "deniz",
    queue: "service",
    queue_name: "Service",
    channel: "whatsapp",
    contact_name: "Deniz",
    preview: "Hello?",
    agent: ANNA.id,
    state: "ringing",
    automatic: false,
    offered_at: NOW,
    deadline: NOW + 20_000,
    version: 1,
    ...some,
  };
}

export function snapshot(some: Partial<WorkspaceSnapshot> = {}): WorkspaceSnapshot {
  return {
    host: {
      version: "1",
      place: { at: "practice" },
      alerts: "in_page",
      key_place: "key_store",
      can_start_at_login: false,
    },
    me: ANNA,
    queues: [],
    accounts: [],
    accounts_health: [],
    hub: null,
    connection: { state: "live", clock_offset: 0 },
    statuses: [],
    offers: [],
    interactions: [],
    conversations: [],
    settings: { language: null, theme: null, toast_words: true, sound: true },
    alerts: [],
    stranded: [],
    ...some,
  };
}

/** A contact with one conversation, as the hub knows them. */
export function detail(id: string, some: Partial<ContactDetail> = {}): ContactDetail {
  const { unread: _unread, draft: _draft, draft_begun_on: _begun, ...row } = conversation(id);
  return { contact: contact(row.contact, id), conversations: [row], assigned: false, same: [], ...some };
}

export function contact(id: string, name: string, version = 1): Contact {
  return { id, name, named: true, phones: [], emails: [], attributes: [], version };
}
