/** Loading what was said: pages of transcripts, older conversations, and the search. */
import type { ConversationId } from "../bindings/ConversationId";
import type { Hit } from "../bindings/Hit";
import type { MessageId } from "../bindings/MessageId";
import type { Position } from "../bindings/Position";
import { EngineError } from "../platform";
import { applyPage } from "./apply";
import type { Store } from "./store";
import { held } from "./selectors";
import { EMPTY_TRANSCRIPT } from "./state";

/** Messages per page. */
const PAGE = 60;
const LARGEST_PAGE = 200;
/** What part of what is loaded the next page adds, where that is more than a page. */
const FURTHER = 4;
/** Conversations, and hits, per page. */
const ROWS = 50;
/** Of how many conversations the ends are loaded before they are opened. */
const HELD_AHEAD = 50;
/** How long to leave the engine and the page alone between two of them, in milliseconds. */
const BETWEEN_AHEAD = 60;
/** How long to wait before asking again for what could not be had, in milliseconds. */
export const AGAIN = 1_000;

export class TranscriptLoader {
  readonly #ground: Store;
  /** What was shown before everything was read anew, until the page has come that replaces it. */
  readonly #stale = new Map<ConversationId, ReadonlySet<MessageId>>();
  readonly #paging = new Set<ConversationId>();
  #loadsAhead = false;

  constructor(ground: Store) {
    this.#ground = ground;
  }

  /** Loads the page before what is loaded of a conversation: the larger, the further somebody reads back. */
  async older(conversation: ConversationId, limit?: number): Promise<void> {
    const transcript = this.#ground.state.transcripts.get(conversation);
    const before = transcript?.messages[0]?.position;
    if (!transcript?.more || before === undefined) return;
    await this.#page(conversation, before, limit ?? within(transcript.messages.length / FURTHER));
  }

  /**
   * Loads as far back as a message, for a jump to it; without its position, as far back as there is something.
   * Says whether that part is loaded now.
   */
  async to(conversation: ConversationId, message: MessageId, position: Position | null): Promise<boolean> {
    for (;;) {
      const transcript = this.#ground.state.transcripts.get(conversation);
      if (!transcript || this.#ground.state.open !== conversation) return false;
      const oldest = transcript.messages[0]?.position;
      if (oldest !== undefined && position !== null && oldest <= position) return true;
      if (position === null && transcript.messages.some((one) => one.id === message)) return true;
      if (transcript.loaded && !transcript.more) return false;
      if (this.#paging.has(conversation)) await pause(20);
      else if (!transcript.loaded) await this.end(conversation);
      else await this.older(conversation, LARGEST_PAGE);
    }
  }

  /** Loads the end of a conversation that is being opened, unless it is here and has followed every change since. */
  async opened(conversation: ConversationId): Promise<void> {
    const follows =
      this.#ground.state.transcripts.get(conversation)?.loaded === true &&
      held(this.#ground.state).includes(conversation);
    if (!follows || this.#stale.has(conversation)) await this.end(conversation);
    await this.ahead();
  }

  /** Loads the ends of what I hold, one after the other, so that going on to the next one does not wait. */
  async ahead(): Promise<void> {
    if (this.#loadsAhead) return;
    this.#loadsAhead = true;
    for (;;) {
      // What the person does meanwhile goes first.
      await pause(BETWEEN_AHEAD);
      const { transcripts } = this.#ground.state;
      const next = held(this.#ground.state)
        .slice(0, HELD_AHEAD)
        .find((id) => !transcripts.has(id));
      if (next === undefined) break;
      this.#ground.state = { ...this.#ground.state, transcripts: new Map(transcripts).set(next, EMPTY_TRANSCRIPT) };
      await this.end(next);
    }
    this.#loadsAhead = false;
  }

  /** Loads the end of a conversation, as much as is loaded of it anyway. */
  async end(conversation: ConversationId): Promise<void> {
    const loaded = this.#ground.state.transcripts.get(conversation)?.messages.length ?? 0;
    await this.#page(conversation, null, within(loaded));
  }

  /** Everything was read anew: what is loaded is replaced by the pages that come. */
  nowStale(): void {
    this.#stale.clear();
    for (const [id, { messages, outgoing }] of this.#ground.state.transcripts) {
      this.#stale.set(id, new Set([...messages, ...outgoing].map((row) => row.id)));
    }
  }

  async #page(conversation: ConversationId, before: Position | null, limit: number): Promise<void> {
    if (this.#paging.has(conversation)) return;
    this.#paging.add(conversation);
    const ground = this.#ground;
    const stale = before === null ? this.#stale.get(conversation) : undefined;
    try {
      const page = await ground.ask({ method: "transcript", conversation, before, limit });
      ground.state = applyPage(ground.state, page, before, stale);
      if (this.#stale.get(conversation) === stale) this.#stale.delete(conversation);
    } catch (error) {
      // Asked again as long as it is what the person looks at; an old page when they scroll again.
      await pause(AGAIN);
      if (before === null && ground.state.open === conversation && !isRefused(error)) {
        setTimeout(() => void this.#page(conversation, before, limit));
      }
    } finally {
      this.#paging.delete(conversation);
    }
    // Everything was read anew while this page was on its way.
    if (this.#stale.has(conversation) && this.#stale.get(conversation) !== stale) await this.end(conversation);
  }

  /** Loads the next page of older conversations; the first one if none was loaded. Says whether it could be had. */
  async browse(): Promise<boolean> {
    const ground = this.#ground;
    const { browsed } = ground.state;
    if (browsed && !browsed.more) return true;
    const reply = await ground
      .ask({ method: "conversations", before: browsed?.down_to ?? null, limit: ROWS })
      .catch(() => null);
    if (!reply) return false;
    const next = {
      ...ground.state.browsed,
      more: reply.more,
      down_to: reply.conversations.at(-1)?.last_position ?? null,
    };
    const conversations = new Map(ground.state.conversations);
    for (const row of reply.conversations) if (!conversations.has(row.id)) conversations.set(row.id, row);
    ground.state = { ...ground.state, conversations, browsed: next };
    return true;
  }

  /** Messages that contain all the words, newest first. */
  search(words: string, before: Position | null): Promise<{ hits: Hit[]; more: boolean } | null> {
    return this.#ground.try({ method: "search", words, before, limit: ROWS });
  }
}

function within(messages: number): number {
  return Math.min(Math.max(PAGE, Math.floor(messages)), LARGEST_PAGE);
}

/** Whether the answer is that the person may not know this. */
export function isRefused(error: unknown): boolean {
  const { code } = EngineError.from(error).body;
  return code === "not_found" || code === "forbidden";
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
