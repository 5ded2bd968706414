/** The contacts as lists and cards show them. Pure. */
import type { ContactProfile } from "../bindings/ContactProfile";
import type { ContactView } from "../bindings/ContactView";
import type { ConversationId } from "../bindings/ConversationId";
import type { ConversationView } from "../bindings/ConversationView";
import { soonest } from "./messaging-window";

/** In which order the assigned contacts stand. */
export type Order = "newest" | "soonest";

type Known = ReadonlyMap<ConversationId, ConversationView>;

/** One line of the list. */
export interface Person {
  readonly view: ContactView;
  /** The channel that the line tells of; null where none is connected. */
  readonly lead: ConversationView | null;
  readonly unread: number;
  /** What is being written to them. */
  readonly draft: string | null;
}

/** The contacts with their rows as they are known now, in this order. */
export function people(views: readonly ContactView[], known: Known, order: Order, hubNow: number): Person[] {
  const all = views.map((view): Person => {
    const rows = view.conversations.map((row) => newer(row, known.get(row.id)));
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

type Placed = Pick<ConversationView, "last_position"> | null;

/** The newest word first. */
function byNewest(one: Placed, other: Placed): number {
  const [a, b] = [one?.last_position ?? "", other?.last_position ?? ""];
  return a > b ? -1 : Number(a < b);
}

/** The row with what this desktop knows beside it, whichever is newer. */
export function newer(row: ConversationView, known: ConversationView | undefined): ConversationView {
  if (known === undefined) return row;
  if (known.version >= row.version) return known;
  const { unread, draft, draft_begun_on } = known;
  return { ...row, unread, draft, draft_begun_on };
}

/** A contact's channels, the one with the newest word first. */
export function channelsOf(detail: ContactProfile | null, known: Known): ConversationView[] {
  return (detail?.conversations ?? []).map((row) => newer(row, known.get(row.id))).sort(byNewest);
}

/** Which of them is written to: the chosen one if it is one of theirs, else the one with the newest word. */
export function spokenTo(
  channels: readonly ConversationView[],
  chosen: ConversationId | null,
): ConversationView | null {
  return channels.find((row) => row.id === chosen) ?? channels[0] ?? null;
}

/** Where two ways of writing a number are the same one. */
export function sameNumber(one: string, other: string): boolean {
  const digits = (number: string): string => number.replace(/\D+/gu, "");
  return digits(one) !== "" && digits(one) === digits(other);
}

/** A number of a contact, with the channels that use it. */
export interface NumberLine {
  readonly number: string | null;
  readonly channels: readonly ConversationView[];
}

/** Every number and address of a contact: first those that a channel uses, then the rest. */
export function numbersOf(detail: ContactProfile, channels: readonly ConversationView[]): NumberLine[] {
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
