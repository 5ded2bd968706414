/** Derived values of the state for the views. Pure; the time is a parameter. */
import type { ConversationId } from "../bindings/ConversationId";
import type { ConversationView } from "../bindings/ConversationView";
import type { Interaction } from "../bindings/Interaction";
import type { Offer } from "../bindings/Offer";
import type { State } from "./state";
import { soonest, windowOf } from "./messaging-window";

/** How long an offer is shown after its deadline, until the hub closes it, in milliseconds. */
const GRACE = 3_000;

/** The offers that ring for the agent, the earliest deadline first. */
export function ringingOffers(state: State, hubNow: number): Offer[] {
  return [...state.offers.values()]
    .filter((offer) => offer.state === "ringing" && offer.deadline + GRACE > hubNow)
    .filter((offer) => state.me === null || offer.agent === state.me.id)
    .sort((one, other) => one.deadline - other.deadline || one.offered_at - other.offered_at);
}

/** One row of the work list. */
export interface WorkEntry {
  readonly conversation: ConversationView;
  readonly interaction: Interaction | null;
}

export interface WorkSections {
  /** Waiting contacts first, the longest waiting first; then by the window that closes soonest. */
  readonly active: readonly WorkEntry[];
  /** Ended but not Done, the newest end first. */
  readonly ended: readonly WorkEntry[];
}

/** The order of active interactions. */
export type WorkOrder = "need" | "soonest";

/** The interactions that the agent holds. `hubNow` is needed only for the order `soonest`. */
export function workSections(state: State, order: WorkOrder = "need", hubNow = 0): WorkSections {
  const active: WorkEntry[] = [];
  const ended: WorkEntry[] = [];
  for (const interaction of state.interactions.values()) {
    const conversation = state.conversations.get(interaction.conversation);
    if (!conversation || !isMine(state, interaction)) continue;
    if (interaction.state === "active") active.push({ conversation, interaction });
    if (interaction.state === "ended") ended.push({ conversation, interaction });
  }
  active.sort(
    (one, other) =>
      (order === "soonest" ? soonest(one.conversation, other.conversation, hubNow) : 0) || byNeed(one, other),
  );
  ended.sort((one, other) => (other.interaction?.ended_at ?? 0) - (one.interaction?.ended_at ?? 0));
  return { active, ended };
}

/** The conversations of the interactions that the agent holds: the log carries all their changes. */
export function heldConversations(state: State): ConversationId[] {
  const mine = [...state.interactions.values()].filter(
    (one) => isMine(state, one) && (one.state === "active" || one.state === "ended"),
  );
  return mine.map((one) => one.conversation);
}

function byNeed(one: WorkEntry, other: WorkEntry): number {
  const waits = (entry: WorkEntry): number => entry.interaction?.waiting_since ?? Infinity;
  const closes = (entry: WorkEntry): number => entry.conversation.window_until ?? Infinity;
  // Infinity minus Infinity is not a number: compare, do not subtract.
  const by = (value: (entry: WorkEntry) => number): number =>
    value(one) < value(other) ? -1 : Number(value(one) > value(other));
  return by(waits) || by(closes) || (one.conversation.id < other.conversation.id ? -1 : 1);
}

function isMine(state: State, interaction: Interaction): boolean {
  return state.me !== null && interaction.agent === state.me.id;
}

/** The conversations down to the oldest loaded one, the newest first. */
export function loadedConversations(state: State): ConversationView[] {
  const reach = state.browsed?.more ? (state.browsed.down_to ?? "") : "";
  return [...state.conversations.values()]
    .filter((row) => row.last_position !== null && row.last_position >= reach)
    .sort((one, other) => ((one.last_position ?? "") < (other.last_position ?? "") ? 1 : -1));
}

/** The interaction that decides who may write: the one that is not done, else the newest. */
export function interactionOf(state: State, conversation: ConversationId): Interaction | null {
  let best: Interaction | null = null;
  for (const one of state.interactions.values()) {
    if (one.conversation !== conversation) continue;
    if (best === null || rank(one) > rank(best) || (rank(one) === rank(best) && one.created_at > best.created_at)) {
      best = one;
    }
  }
  return best;
}

function rank(interaction: Interaction): number {
  return interaction.state === "done" ? 0 : 1;
}

/** Whether the composer is open, and what sending will do; or why it is locked. */
export type ComposerState =
  | { readonly may: true; readonly note: null | "reopens" | "begins" | "offline" }
  | { readonly may: false; readonly why: "window_closed"; readonly since: number }
  | { readonly may: false; readonly why: "never_wrote" }
  | { readonly may: false; readonly why: "opted_out" }
  | { readonly may: false; readonly why: "held_by_colleague"; readonly name: string | null }
  | { readonly may: false; readonly why: "waits_in_queue" };

/** The state of the composer: whether free text may be sent, and who handles the interaction. */
export function composerState(state: State, conversation: ConversationView, hubNow: number): ComposerState {
  const interaction = interactionOf(state, conversation.id);
  const live = interaction !== null && interaction.state !== "done";
  if (live && (interaction.state === "queued" || interaction.state === "offered")) {
    return { may: false, why: "waits_in_queue" };
  }
  if (live && state.me !== null && interaction.agent !== state.me.id) {
    return { may: false, why: "held_by_colleague", name: interaction.agent_name };
  }
  const window = windowOf(conversation, hubNow, 0);
  switch (window.is) {
    case "opted_out":
      return { may: false, why: "opted_out" };
    case "never":
      return { may: false, why: "never_wrote" };
    case "closed":
      return { may: false, why: "window_closed", since: window.since };
  }
  if (state.connection.state !== "live") return { may: true, note: "offline" };
  if (!live) return { may: true, note: "begins" };
  return { may: true, note: interaction.state === "ended" ? "reopens" : null };
}

/** How urgent a waiting contact is, by the hub's settings. */
export type Urgency = "calm" | "soon" | "late";

export function urgency(state: State, waitingSince: number, hubNow: number): Urgency {
  const seconds = (hubNow - waitingSince) / 1000;
  if (seconds >= (state.hub?.waiting_red_s ?? 120)) return "late";
  return seconds >= (state.hub?.waiting_yellow_s ?? 60) ? "soon" : "calm";
}

/** Since when the contact of an interaction waits; null if the last message was ours. */
export function waitingSince(interaction: Interaction | null): number | null {
  return interaction?.state === "active" ? interaction.waiting_since : null;
}

/** The number in the page's title: ringing offers and the agent's waiting contacts. */
export function countAttention(state: State, hubNow: number): number {
  const waiting = [...state.interactions.values()].filter((one) => isMine(state, one) && waitingSince(one) !== null);
  return ringingOffers(state, hubNow).length + waiting.length;
}
