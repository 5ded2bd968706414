/** A contact's continuous transcript over all their channels, as far as it is loaded. Pure. */
import type { AgentId } from "../bindings/AgentId";
import type { Changes } from "../bindings/Changes";
import type { ConversationId } from "../bindings/ConversationId";
import type { Interaction } from "../bindings/Interaction";
import type { InteractionId } from "../bindings/InteractionId";
import type { Message } from "../bindings/Message";
import type { Outgoing } from "../bindings/Outgoing";
import type { Position } from "../bindings/Position";
import type { ThreadPage } from "../bindings/ThreadPage";
import { mergeMessages, upsert } from "./rows";
import { lines, type Line } from "./transcript";

export interface Thread {
  /** By position, oldest first, without gaps. */
  readonly messages: readonly Message[];
  /** The interactions they were said in. */
  readonly interactions: ReadonlyMap<InteractionId, Interaction>;
  /** Whether there is something before what is loaded. */
  readonly older: boolean;
  /** Whether there is something behind it. */
  readonly newer: boolean;
  /** Whether it is cut from all that was ever said; else only from what this desktop keeps. */
  readonly whole: boolean;
  readonly loaded: boolean;
  /** How often another part took the place of what was loaded. */
  readonly cut: number;
}

export const EMPTY_THREAD: Thread = {
  messages: [],
  interactions: new Map(),
  older: false,
  newer: false,
  whole: true,
  loaded: false,
  cut: 0,
};

/** Where a page belongs: before or behind what is loaded, or instead of it. */
export type Side = "older" | "newer" | "anew";

/** The thread with one page more. */
export function withPage(thread: Thread, page: ThreadPage, side: Side, whole: boolean): Thread {
  const kept = side === "anew" ? EMPTY_THREAD : thread;
  return {
    messages: mergeMessages(kept.messages, page.messages.toReversed()),
    interactions: upsert(kept.interactions, page.interactions, "old"),
    older: side === "newer" ? thread.older : page.older,
    newer: side === "older" ? thread.newer : page.newer,
    whole: side === "anew" ? whole : thread.whole && whole,
    loaded: true,
    cut: side === "anew" ? thread.cut + 1 : thread.cut,
  };
}

/** The thread after a change of the rows. What lies outside of what is loaded comes with its page. */
export function withChanges(thread: Thread, changes: Changes, ours: ReadonlySet<ConversationId>): Thread {
  if (!thread.loaded) return thread;
  const first = thread.messages[0]?.position;
  const last = thread.messages.at(-1)?.position;
  const within = ({ position }: Message): boolean =>
    !(thread.older && first !== undefined && position < first) &&
    !(thread.newer && last !== undefined && position > last);
  const messages = mergeMessages(
    thread.messages,
    changes.messages.filter((message) => ours.has(message.conversation) && within(message)),
  );
  const interactions = upsert(
    thread.interactions,
    changes.interactions.filter((row) => ours.has(row.conversation)),
    "new",
  );
  return messages === thread.messages && interactions === thread.interactions
    ? thread
    : { ...thread, messages, interactions };
}

/** The thread without what was said in other conversations than these. */
export function withOnly(thread: Thread, readable: ReadonlySet<ConversationId>): Thread {
  const messages = thread.messages.filter((message) => readable.has(message.conversation));
  if (messages.length === thread.messages.length) return thread;
  const interactions = new Map([...thread.interactions].filter(([, row]) => readable.has(row.conversation)));
  return { ...thread, messages, interactions };
}

/** The place right before a position: what is behind it begins with that position. */
export function justBefore(position: Position): Position {
  const place = BigInt(position);
  return String(place > 0n ? place - 1n : 0n).padStart(position.length, "0");
}

/** Where one handling begins within the thread. */
export interface Session {
  readonly kind: "session";
  readonly key: string;
  readonly interaction: Interaction;
  /** Whether it stood further up already: another one came in between. */
  readonly goesOn: boolean;
}

export type ThreadLine = Line | Session;

/** The lines of a thread, oldest first, with a divider where a handling begins. */
export function threadLines(thread: Thread, outgoing: readonly Outgoing[], me: AgentId | null): ThreadLine[] {
  const result: ThreadLine[] = [];
  const begun = new Set<InteractionId>();
  let current: InteractionId | null = null;
  const plain = lines(
    { messages: thread.messages, outgoing: thread.newer ? [] : outgoing, more: thread.older, loaded: true },
    me,
    null,
  );
  for (const line of plain) {
    const id = line.kind === "outgoing" ? null : line.message.interaction;
    if (id !== null && id !== current) {
      const interaction = thread.interactions.get(id);
      // Whether the first line that is loaded begins one is not known before what stands above it is here.
      const known = !(thread.older && result.length === 0);
      if (interaction && known) {
        result.push({ kind: "session", key: `session-${line.key}`, interaction, goesOn: begun.has(id) });
      }
      begun.add(id);
      current = id;
    }
    result.push(line);
  }
  return result;
}
