/** What the views ask of the state. Pure; everything that depends on time is given it. */
import type { ConversationId } from "../bindings/ConversationId";
import type { ConversationView } from "../bindings/ConversationView";
import type { Interaction } from "../bindings/Interaction";
import type { Offer } from "../bindings/Offer";
import type { State } from "./state";
import { hasWindow, soonest } from "./messaging-window";

/** How long a ringing offer stays on the screen past its deadline, until the hub has spoken. */
const GRACE = 3_000;

/** What rings at me, the first to time out first. */
export function ringing(state: State, hubNow: number): Offer[] {
  return [...state.offers.values()]
    .filter((offer) => offer.state === "ringing" && offer.deadline + GRACE > hubNow)
    .filter((offer) => state.me === null || offer.agent === state.me.id)
    .sort((one, other) => one.deadline - other.deadline || one.offered_at - other.offered_at);
}

/** One line of the list. */
export interface Entry {
  readonly conversation: ConversationView;
  readonly interaction: Interaction | null;
}

export interface Sections {
  /** Those who wait for us first, the longest first; then those whose window closes soonest. */
  readonly active: readonly Entry[];
  /** Ended but not Done, the newest end first. */
  readonly ended: readonly Entry[];
}

/** In which order active interactions stand. */
export type WorkOrder = "need" | "soonest";

/** The interactions I hold. `hubNow` matters only for what closes soonest. */
export function sections(state: State, order: WorkOrder = "need", hubNow = 0): Sections {
  const active: Entry[] = [];
  const ended: Entry[] = [];
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

/** The conversations of the interactions I hold: what the hub tells of every change in. */
export function held(state: State): ConversationId[] {
  const mine = [...state.interactions.values()].filter(
    (one) => isMine(state, one) && (one.state === "active" || one.state === "ended"),
  );
  return mine.map((one) => one.conversation);
}

function byNeed(one: Entry, other: Entry): number {
  const waits = (entry: Entry): number => entry.interaction?.waiting_since ?? Infinity;
  const closes = (entry: Entry): number => entry.conversation.window_until ?? Infinity;
  // Infinity minus Infinity is not a number: compare, do not subtract.
  const by = (value: (entry: Entry) => number): number =>
    value(one) < value(other) ? -1 : Number(value(one) > value(other));
  return by(waits) || by(closes) || (one.conversation.id < other.conversation.id ? -1 : 1);
}

function isMine(state: State, interaction: Interaction): boolean {
  return state.me !== null && interaction.agent === state.me.id;
}

/** Everything known of older conversations as far as it was paged in, the newest first. */
export function browsable(state: State): ConversationView[] {
  const reach = state.browsed?.more ? (state.browsed.down_to ?? "") : "";
  return [...state.conversations.values()]
    .filter((row) => row.last_position !== null && row.last_position >= reach)
    .sort((one, other) => ((one.last_position ?? "") < (other.last_position ?? "") ? 1 : -1));
}

/** The interaction that says who may write: the one that is not done, else the newest. */
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

/** Why nothing can be written, or what writing will do. */
export type Writing =
  | { readonly may: true; readonly note: null | "reopens" | "begins" | "offline" }
  | { readonly may: false; readonly why: "window_closed"; readonly since: number }
  | { readonly may: false; readonly why: "never_wrote" }
  | { readonly may: false; readonly why: "held_by_colleague"; readonly name: string | null }
  | { readonly may: false; readonly why: "waits_in_queue" };

/** Whether the agent may write into a conversation now. */
export function writing(state: State, conversation: ConversationView, hubNow: number): Writing {
  const interaction = interactionOf(state, conversation.id);
  const live = interaction !== null && interaction.state !== "done";
  if (live && (interaction.state === "queued" || interaction.state === "offered")) {
    return { may: false, why: "waits_in_queue" };
  }
  if (live && state.me !== null && interaction.agent !== state.me.id) {
    return { may: false, why: "held_by_colleague", name: interaction.agent_name };
  }
  if (hasWindow(conversation.channel)) {
    if (conversation.window_until === null) return { may: false, why: "never_wrote" };
    if (conversation.window_until <= hubNow) {
      return { may: false, why: "window_closed", since: conversation.window_until };
    }
  }
  if (state.connection.state !== "live") return { may: true, note: "offline" };
  if (!live) return { may: true, note: "begins" };
  return { may: true, note: interaction.state === "ended" ? "reopens" : null };
}

/** Whether Notifications can be sent in a conversation: not every account has some. */
export function canNotify(state: State, conversation: ConversationId): boolean {
  const account = state.conversations.get(conversation)?.account;
  return state.accounts.some((one) => one.id === account && one.notifications);
}

/** How urgent a wait is, by the hub's settings. */
export type Urgency = "calm" | "soon" | "late";

export function urgency(state: State, waitingSince: number, hubNow: number): Urgency {
  const seconds = (hubNow - waitingSince) / 1000;
  if (seconds >= (state.hub?.waiting_red_s ?? 120)) return "late";
  return seconds >= (state.hub?.waiting_yellow_s ?? 60) ? "soon" : "calm";
}

/** Since when the contact of an interaction waits for us; null if we said the last word, looked at or not. */
export function waitingSince(interaction: Interaction | null): number | null {
  return interaction?.state === "active" ? interaction.waiting_since : null;
}

/** What the window's title counts: offers, and those among mine who wait for us. */
export function attention(state: State, hubNow: number): number {
  const waiting = [...state.interactions.values()].filter((one) => isMine(state, one) && waitingSince(one) !== null);
  return ringing(state, hubNow).length + waiting.length;
}
