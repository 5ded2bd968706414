/** The loaded part of a contact's whole transcript, over all their conversations. Pure. */
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
  /** The interactions that the messages belong to. */
  readonly interactions: ReadonlyMap<InteractionId, Interaction>;
  /** Whether there are older messages than the loaded ones. */
  readonly older: boolean;
  /** Whether there are newer ones. */
  readonly newer: boolean;
  /** Whether the messages come from the hub; else only from the cache. */
  readonly whole: boolean;
  readonly loaded: boolean;
  /** How often another part has replaced the loaded one. */
  readonly replaced: number;
}

export const EMPTY_THREAD: Thread = {
  messages: [],
  interactions: new Map(),
  older: false,
  newer: false,
  whole: true,
  loaded: false,
  replaced: 0,
};

/** Where a page belongs: before or after the loaded part, or instead of it. */
export type PageSide = "older" | "newer" | "replace";

/** The thread with one page added. */
export function withPage(thread: Thread, page: ThreadPage, side: PageSide, whole: boolean): Thread {
  const kept = side === "replace" ? EMPTY_THREAD : thread;
  return {
    messages: mergeMessages(kept.messages, page.messages.toReversed()),
    interactions: upsert(kept.interactions, page.interactions, "old"),
    older: side === "newer" ? thread.older : page.older,
    newer: side === "older" ? thread.newer : page.newer,
    whole: side === "replace" ? whole : thread.whole && whole,
    loaded: true,
    replaced: side === "replace" ? thread.replaced + 1 : thread.replaced,
  };
}

/** The thread with changed rows of the contact's conversations. Rows outside of the loaded part come with their page. */
export function withChanges(thread: Thread, changes: Changes, conversations: ReadonlySet<ConversationId>): Thread {
  if (!thread.loaded) return thread;
  const first = thread.messages[0]?.position;
  const last = thread.messages.at(-1)?.position;
  const isWithin = ({ position }: Message): boolean =>
    !(thread.older && first !== undefined && position < first) &&
    !(thread.newer && last !== undefined && position > last);
  const messages = mergeMessages(
    thread.messages,
    changes.messages.filter((message) => conversations.has(message.conversation) && isWithin(message)),
  );
  const interactions = upsert(
    thread.interactions,
    changes.interactions.filter((row) => conversations.has(row.conversation)),
    "new",
  );
  return messages === thread.messages && interactions === thread.interactions
    ? thread
    : { ...thread, messages, interactions };
}

/** The thread with the messages of these conversations alone. */
export function withConversations(thread: Thread, readable: ReadonlySet<ConversationId>): Thread {
  const messages = thread.messages.filter((message) => readable.has(message.conversation));
  if (messages.length === thread.messages.length) return thread;
  const interactions = new Map([...thread.interactions].filter(([, row]) => readable.has(row.conversation)));
  return { ...thread, messages, interactions };
}

/** The position right before another one: a page after it starts with that one. */
export function positionBefore(position: Position): Position {
  const value = BigInt(position);
  return String(value > 0n ? value - 1n : 0n).padStart(position.length, "0");
}

/** Where an interaction starts in the thread, or continues after another one. */
export interface Divider {
  readonly kind: "divider";
  readonly key: string;
  readonly interaction: Interaction;
  /** Whether it started further up. */
  readonly continued: boolean;
}

export type ThreadLine = Line | Divider;

/** The lines of a thread, oldest first, with a divider where an interaction starts. */
export function threadLines(thread: Thread, outgoing: readonly Outgoing[], me: AgentId | null): ThreadLine[] {
  const result: ThreadLine[] = [];
  const started = new Set<InteractionId>();
  let current: InteractionId | null = null;
  const messageLines = lines(
    { messages: thread.messages, outgoing: thread.newer ? [] : outgoing, more: thread.older, loaded: true },
    me,
    null,
  );
  for (const line of messageLines) {
    const id = line.kind === "outgoing" ? null : line.message.interaction;
    if (id !== null && id !== current) {
      const interaction = thread.interactions.get(id);
      // Whether the first loaded line starts one is known only with the line before it.
      const isKnown = !(thread.older && result.length === 0);
      if (interaction && isKnown) {
        result.push({ kind: "divider", key: `divider-${line.key}`, interaction, continued: started.has(id) });
      }
      started.add(id);
      current = id;
    }
    result.push(line);
  }
  return result;
}
