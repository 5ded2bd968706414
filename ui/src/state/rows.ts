/** Merges rows by version, and messages by position. Pure. */
import type { ChannelStatus } from "../bindings/ChannelStatus";
import type { Message } from "../bindings/Message";
import type { MessageId } from "../bindings/MessageId";
import type { Outgoing } from "../bindings/Outgoing";

interface Row<Id> {
  readonly id: Id;
  readonly version: number;
}

/**
 * Which of two rows of one version wins: `new` for events, which arrive in order; `old` for pages, which may have been
 * read before events that already arrived.
 */
export type Tie = "new" | "old";

/** The rows with newer ones merged; the same map if nothing changed. */
export function upsert<Id, R extends Row<Id>>(
  rows: ReadonlyMap<Id, R>,
  news: readonly R[],
  tie: Tie,
): ReadonlyMap<Id, R> {
  let next: Map<Id, R> | null = null;
  for (const row of news) {
    const old = (next ?? rows).get(row.id);
    if (old && (old.version > row.version || (old.version === row.version && tie === "old"))) continue;
    next ??= new Map(rows);
    next.set(row.id, row);
  }
  return next ?? rows;
}

/** The statuses with newer ones merged, by channel and agent. */
export function upsertStatuses(
  statuses: readonly ChannelStatus[],
  news: readonly ChannelStatus[],
): readonly ChannelStatus[] {
  let next = statuses;
  for (const status of news) {
    const at = next.findIndex((old) => old.channel === status.channel && old.agent === status.agent);
    const old = next[at];
    if (!old) next = [...next, status];
    else if (old.version <= status.version) next = next.with(at, status);
  }
  return next;
}

/** The messages with newer ones merged, by position; the same array if nothing changed. */
export function mergeMessages(messages: readonly Message[], news: readonly Message[]): readonly Message[] {
  let next: Message[] | null = null;
  for (const message of news) {
    const rows = next ?? messages;
    const at = indexOf(rows, message);
    const old = rows[at];
    if (old?.id === message.id) {
      if (old.version >= message.version) continue;
      next ??= [...messages];
      next[at] = message;
    } else {
      next ??= [...messages];
      next.splice(at, 0, message);
    }
  }
  return next ?? messages;
}

/** The index of a message, or where to insert it. New ones mostly belong to the end, which is checked first. */
function indexOf(messages: readonly Message[], message: Message): number {
  const last = messages.at(-1);
  if (!last || last.position < message.position) return messages.length;
  let low = 0;
  let high = messages.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((messages[middle]?.position ?? "") < message.position) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The outgoing messages with these merged, by the time they were written. */
export function mergeOutgoing(outgoing: readonly Outgoing[], news: readonly Outgoing[]): readonly Outgoing[] {
  if (news.length === 0) return outgoing;
  const ids = new Set(news.map((one) => one.id));
  return [...outgoing.filter((one) => !ids.has(one.id)), ...news].sort(
    (one, other) => one.written_at - other.written_at || (one.id < other.id ? -1 : 1),
  );
}

/** The outgoing messages without these; the same array if nothing changed. */
export function withoutOutgoing(outgoing: readonly Outgoing[], gone: ReadonlySet<MessageId>): readonly Outgoing[] {
  return outgoing.some((one) => gone.has(one.id)) ? outgoing.filter((one) => !gone.has(one.id)) : outgoing;
}
