/** Loads pages of transcripts, older conversations, and hits of the search. */
import type { ConversationId } from "../bindings/ConversationId";
import type { Hit } from "../bindings/Hit";
import type { MessageId } from "../bindings/MessageId";
import type { Position } from "../bindings/Position";
import { applyPage } from "./apply";
import { isRefused } from "./errors";
import { pause, RETRY_DELAY } from "./retry";
import { heldConversations } from "./selectors";
import { EMPTY_TRANSCRIPT } from "./state";
import type { Store } from "./store";

/** Messages per page. */
const PAGE = 60;
const MAX_PAGE = 200;
/** The next page adds this fraction of the loaded messages, where that is more than a page. */
const PAGE_DIVISOR = 4;
/** Conversations, and hits, per page. */
const ROWS = 50;
/** How many transcripts of held conversations are loaded before they are opened. */
const PRELOADED = 50;
/** The pause between two of them, in milliseconds: requests of the agent go first. */
const PRELOAD_PAUSE = 60;
/** How often a request for a page that is already loading checks whether it has ended, in milliseconds. */
const POLL_INTERVAL = 20;

export class TranscriptLoader {
  readonly #store: Store;
  /** The messages shown before a reload, until the page has arrived that replaces them. */
  readonly #stale = new Map<ConversationId, ReadonlySet<MessageId>>();
  readonly #loading = new Set<ConversationId>();
  #preloading = false;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Loads the page before the first loaded message; pages grow with the loaded part. */
  async loadOlder(conversation: ConversationId, limit?: number): Promise<void> {
    const transcript = this.#store.state.transcripts.get(conversation);
    const before = transcript?.messages[0]?.position;
    if (!transcript?.more || before === undefined) return;
    await this.#loadPage(conversation, before, limit ?? pageSize(transcript.messages.length / PAGE_DIVISOR));
  }

  /**
   * Loads back to a message; without its position until it is found or nothing is left. Resolves to whether that part
   * is loaded.
   */
  async loadTo(conversation: ConversationId, message: MessageId, position: Position | null): Promise<boolean> {
    for (;;) {
      const transcript = this.#store.state.transcripts.get(conversation);
      if (!transcript || this.#store.state.open !== conversation) return false;
      const oldest = transcript.messages[0]?.position;
      if (oldest !== undefined && position !== null && oldest <= position) return true;
      if (position === null && transcript.messages.some((one) => one.id === message)) return true;
      if (transcript.loaded && !transcript.more) return false;
      if (this.#loading.has(conversation)) await pause(POLL_INTERVAL);
      else if (!transcript.loaded) await this.loadEnd(conversation);
      else await this.loadOlder(conversation, MAX_PAGE);
    }
  }

  /** Loads the end of a conversation that was opened, unless it is loaded and has followed every change. */
  async loadOpened(conversation: ConversationId): Promise<void> {
    const isCurrent =
      this.#store.state.transcripts.get(conversation)?.loaded === true &&
      heldConversations(this.#store.state).includes(conversation);
    if (!isCurrent || this.#stale.has(conversation)) await this.loadEnd(conversation);
    await this.preload();
  }

  /** Loads the ends of the held conversations one after the other, so that opening the next one does not wait. */
  async preload(): Promise<void> {
    if (this.#preloading) return;
    this.#preloading = true;
    for (;;) {
      await pause(PRELOAD_PAUSE);
      const { transcripts } = this.#store.state;
      const next = heldConversations(this.#store.state)
        .slice(0, PRELOADED)
        .find((id) => !transcripts.has(id));
      if (next === undefined) break;
      this.#store.state = { ...this.#store.state, transcripts: new Map(transcripts).set(next, EMPTY_TRANSCRIPT) };
      await this.loadEnd(next);
    }
    this.#preloading = false;
  }

  /** Loads the end of a conversation, as many messages as are loaded of it. */
  async loadEnd(conversation: ConversationId): Promise<void> {
    const loaded = this.#store.state.transcripts.get(conversation)?.messages.length ?? 0;
    await this.#loadPage(conversation, null, pageSize(loaded));
  }

  /** After a reload: the next page of each transcript replaces what is loaded of it. */
  markStale(): void {
    this.#stale.clear();
    for (const [id, { messages, outgoing }] of this.#store.state.transcripts) {
      this.#stale.set(id, new Set([...messages, ...outgoing].map((row) => row.id)));
    }
  }

  async #loadPage(conversation: ConversationId, before: Position | null, limit: number): Promise<void> {
    if (this.#loading.has(conversation)) return;
    this.#loading.add(conversation);
    const store = this.#store;
    const stale = before === null ? this.#stale.get(conversation) : undefined;
    try {
      const page = await store.request({ method: "transcript", conversation, before, limit });
      store.state = applyPage(store.state, page, before, stale);
      if (this.#stale.get(conversation) === stale) this.#stale.delete(conversation);
    } catch (error) {
      // The end of the open conversation is requested again; an older page when its gap is in view again.
      await pause(RETRY_DELAY);
      if (before === null && store.state.open === conversation && !isRefused(error)) {
        setTimeout(() => void this.#loadPage(conversation, before, limit));
      }
    } finally {
      this.#loading.delete(conversation);
    }
    // A reload while this page was requested.
    if (this.#stale.has(conversation) && this.#stale.get(conversation) !== stale) await this.loadEnd(conversation);
  }

  /** Loads the next page of older conversations. Resolves to whether it could be loaded. */
  async loadConversations(): Promise<boolean> {
    const store = this.#store;
    const { browsed } = store.state;
    if (browsed && !browsed.more) return true;
    const reply = await store
      .request({ method: "conversations", before: browsed?.down_to ?? null, limit: ROWS })
      .catch(() => null);
    if (!reply) return false;
    const next = {
      ...store.state.browsed,
      more: reply.more,
      down_to: reply.conversations.at(-1)?.last_position ?? null,
    };
    const conversations = new Map(store.state.conversations);
    for (const row of reply.conversations) if (!conversations.has(row.id)) conversations.set(row.id, row);
    store.state = { ...store.state, conversations, browsed: next };
    return true;
  }

  /** Messages that contain all the words, newest first. */
  search(words: string, before: Position | null): Promise<{ hits: Hit[]; more: boolean } | null> {
    return this.#store.attempt({ method: "search", words, before, limit: ROWS });
  }
}

function pageSize(messages: number): number {
  return Math.min(Math.max(PAGE, Math.floor(messages)), MAX_PAGE);
}
