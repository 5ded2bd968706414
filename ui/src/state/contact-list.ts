/** Contacts as lists and the contact tab show them. Pure. */
import type { ContactProfile } from "../bindings/ContactProfile";
import type { ContactView } from "../bindings/ContactView";
import type { ConversationId } from "../bindings/ConversationId";
import type { ConversationView } from "../bindings/ConversationView";
import { soonest } from "./messaging-window";

/** The order of the assigned contacts: by the newest message, or by the window that closes soonest. */
export type ContactOrder = "newest" | "soonest";

type Conversations = ReadonlyMap<ConversationId, ConversationView>;

/** One row of the list. */
export interface ListedContact {
  readonly view: ContactView;
  /** The conversation that the row shows; null where no channel is connected. */
  readonly lead: ConversationView | null;
  readonly unread: number;
  /** The first draft of their conversations. */
  readonly draft: string | null;
}

/** The rows of the list in this order, with the current rows of their conversations. */
export function listContacts(
  views: readonly ContactView[],
  current: Conversations,
  order: ContactOrder,
  hubNow: number,
): ListedContact[] {
  const all = views.map((view): ListedContact => {
    const rows = view.conversations.map((row) => newerRow(row, current.get(row.id)));
    rows.sort(byNewest);
    const closing = [...rows].sort((one, other) => soonest(one, other, hubNow));
    const lead = (order === "soonest" ? closing[0] : rows[0]) ?? null;
    const draft = rows.find((row) => row.draft !== null && row.draft !== "")?.draft ?? null;
    return { view, lead, unread: rows.reduce((sum, row) => sum + row.unread, 0), draft };
  });
  return all.sort((one, other) => {
    if (order === "soonest" && one.lead && other.lead) {
      const by = soonest(one.lead, other.lead, hubNow);
      if (by !== 0) return by;
    }
    return byNewest(one.lead, other.lead) || (one.view.contact.name < other.view.contact.name ? -1 : 1);
  });
}

type Positioned = Pick<ConversationView, "last_position"> | null;

/** The newest message first. */
function byNewest(one: Positioned, other: Positioned): number {
  const [a, b] = [one?.last_position ?? "", other?.last_position ?? ""];
  return a > b ? -1 : Number(a < b);
}

/** The newer of a listed row and the current one; unread count and draft are always the current one's. */
export function newerRow(row: ConversationView, current: ConversationView | undefined): ConversationView {
  if (current === undefined) return row;
  if (current.version >= row.version) return current;
  const { unread, draft, draft_begun_on } = current;
  return { ...row, unread, draft, draft_begun_on };
}

/** The conversations of a contact, the one with the newest message first. */
export function conversationsOf(detail: ContactProfile | null, current: Conversations): ConversationView[] {
  return (detail?.conversations ?? []).map((row) => newerRow(row, current.get(row.id))).sort(byNewest);
}

/** The conversation to write in: the chosen one if it is among them, else the one with the newest message. */
export function activeConversation(
  channels: readonly ConversationView[],
  chosen: ConversationId | null,
): ConversationView | null {
  return channels.find((row) => row.id === chosen) ?? channels[0] ?? null;
}

/** Whether two spellings are the same number. */
export function sameNumber(one: string, other: string): boolean {
  const digits = (number: string): string => number.replace(/\D+/gu, "");
  return digits(one) !== "" && digits(one) === digits(other);
}

/** A number of a contact, with the conversations on it. */
export interface NumberEntry {
  readonly number: string | null;
  readonly channels: readonly ConversationView[];
}

/** Every number of a contact: first those with a conversation, then the rest. */
export function numbersOf(detail: ContactProfile, channels: readonly ConversationView[]): NumberEntry[] {
  const result: { number: string | null; channels: ConversationView[] }[] = [];
  for (const channel of channels) {
    const { address } = channel;
    const known =
      address === null ? undefined : result.find((line) => line.number !== null && sameNumber(line.number, address));
    if (known) known.channels.push(channel);
    else result.push({ number: address, channels: [channel] });
  }
  for (const phone of detail.contact.phones) {
    if (!result.some((line) => line.number !== null && sameNumber(line.number, phone)))
      result.push({ number: phone, channels: [] });
  }
  return result;
}
