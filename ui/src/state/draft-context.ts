/**
 * The context of a draft: which messages were on the screen, on which message each draft was started, and
 * which newer messages they were shown before sending.
 */
import type { ConversationId } from "../bindings/ConversationId";
import type { Message } from "../bindings/Message";
import type { Position } from "../bindings/Position";
import { unseenMessages } from "./draft-guard";
import type { Store } from "./store";

/** After this time without a key the agent no longer counts as typing, in milliseconds. */
const TYPING_TIMEOUT = 6_000;

export class DraftContext {
  readonly #store: Store;
  readonly #onTyping: () => void;
  readonly #seen = new Map<ConversationId, Position>();
  readonly #begun = new Map<ConversationId, Position>();
  readonly #shown = new Map<ConversationId, Position>();
  #typing: ConversationId | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** `onTyping` is called when the agent starts or stops typing. */
  constructor(store: Store, onTyping: () => void) {
    this.#store = store;
    this.#onTyping = onTyping;
  }

  /** The conversation in which the agent is typing now. */
  get typing(): ConversationId | null {
    return this.#typing;
  }

  /** A message was on the screen while the page had the focus. */
  markSeen(conversation: ConversationId, position: Position): void {
    if (position > (this.#seen.get(conversation) ?? "")) this.#seen.set(conversation, position);
  }

  /** The draft was edited. The first letter sets the message it was started on, an empty draft clears it. */
  update(conversation: ConversationId, body: string): void {
    if (body === "") {
      this.#begun.delete(conversation);
      this.#shown.delete(conversation);
      this.#stopTyping(conversation);
      return;
    }
    if (!this.#begun.has(conversation)) {
      const begun = this.#stored(conversation) ?? this.#newest(conversation);
      if (begun !== null) this.#begun.set(conversation, begun);
    }
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#stopTyping(conversation), TYPING_TIMEOUT);
    if (this.#typing === conversation) return;
    this.#typing = conversation;
    this.#onTyping();
  }

  #stopTyping(conversation: ConversationId): void {
    if (this.#typing !== conversation) return;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#typing = null;
    this.#onTyping();
  }

  /** The newest message when the draft was started; null if there is none or it is not known. */
  begunOn(conversation: ConversationId): Position | null {
    return this.#begun.get(conversation) ?? this.#stored(conversation);
  }

  /** What the engine stored with the draft, also before a restart. */
  #stored(conversation: ConversationId): Position | null {
    const row = this.#store.state.conversations.get(conversation);
    return row && row.draft !== null && row.draft !== "" ? row.draft_begun_on : null;
  }

  #newest(conversation: ConversationId): Position | null {
    const { transcripts, conversations } = this.#store.state;
    return (
      transcripts.get(conversation)?.messages.at(-1)?.position ?? conversations.get(conversation)?.last_position ?? null
    );
  }

  /** The messages that the agent has not seen and was not shown yet. */
  unseen(conversation: ConversationId): Message[] {
    const { transcripts, me } = this.#store.state;
    return unseenMessages(transcripts.get(conversation)?.messages ?? [], me?.id ?? null, {
      begunOn: this.begunOn(conversation),
      seen: this.#seen.get(conversation) ?? null,
      shown: this.#shown.get(conversation) ?? null,
    });
  }

  /** The agent was shown every message up to now. */
  markShown(conversation: ConversationId): void {
    const newest = this.#newest(conversation);
    if (newest !== null) this.#shown.set(conversation, newest);
  }

  /** The newest message that the agent has seen; null if none. The hub refuses a text that is older than that. */
  newestKnown(conversation: ConversationId): Position | null {
    const known = [this.#seen.get(conversation), this.#shown.get(conversation)]
      .filter((one) => one !== undefined)
      .sort();
    return known.at(-1) ?? this.begunOn(conversation);
  }

  /** Forgets everything, without a call of `onTyping`: another workspace is opened. */
  forgetAll(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#typing = null;
    for (const map of [this.#seen, this.#begun, this.#shown]) map.clear();
  }

  /** Forgets a conversation that was removed. */
  forget(conversation: ConversationId): void {
    this.#stopTyping(conversation);
    for (const map of [this.#seen, this.#begun, this.#shown]) map.delete(conversation);
  }
}
