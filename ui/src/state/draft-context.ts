/** What a writer knows: what was on their screen, what their draft was begun on, and what was said past them. */
import type { ConversationId } from "../bindings/ConversationId";
import type { Message } from "../bindings/Message";
import type { Position } from "../bindings/Position";
import type { Store } from "./store";
import { unnoticed } from "./draft-guard";

/** Without a key for this long, somebody no longer counts as writing, in milliseconds. */
const PAUSE = 6_000;

export class DraftContext {
  readonly #ground: Store;
  readonly #told: () => void;
  readonly #seen = new Map<ConversationId, Position>();
  readonly #begun = new Map<ConversationId, Position>();
  readonly #shown = new Map<ConversationId, Position>();
  #writes: ConversationId | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** `told` is called when somebody begins to write or stops. */
  constructor(ground: Store, told: () => void) {
    this.#ground = ground;
    this.#told = told;
  }

  /** Where the person is writing right now. */
  get writes(): ConversationId | null {
    return this.#writes;
  }

  /** A message was on the screen while the person was there. */
  saw(conversation: ConversationId, position: Position): void {
    if (position > (this.#seen.get(conversation) ?? "")) this.#seen.set(conversation, position);
  }

  /** The text is so now. The first letters tell what it was begun on; with the last one that is over. */
  wrote(conversation: ConversationId, body: string): void {
    if (body === "") {
      this.#begun.delete(conversation);
      this.#shown.delete(conversation);
      this.#stop(conversation);
      return;
    }
    if (!this.#begun.has(conversation)) {
      const begun = this.#kept(conversation) ?? this.#newest(conversation);
      if (begun !== null) this.#begun.set(conversation, begun);
    }
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#stop(conversation), PAUSE);
    if (this.#writes === conversation) return;
    this.#writes = conversation;
    this.#told();
  }

  #stop(conversation: ConversationId): void {
    if (this.#writes !== conversation) return;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#writes = null;
    this.#told();
  }

  /** The newest message when the draft was begun; null if there is none, or that is not known. */
  begunOn(conversation: ConversationId): Position | null {
    return this.#begun.get(conversation) ?? this.#kept(conversation);
  }

  /** As the engine kept it with the draft, perhaps from before a restart. */
  #kept(conversation: ConversationId): Position | null {
    const row = this.#ground.state.conversations.get(conversation);
    return row && row.draft !== null && row.draft !== "" ? row.draft_begun_on : null;
  }

  #newest(conversation: ConversationId): Position | null {
    const { transcripts, conversations } = this.#ground.state;
    return (
      transcripts.get(conversation)?.messages.at(-1)?.position ?? conversations.get(conversation)?.last_position ?? null
    );
  }

  /** What was said past the writer and was not shown to them yet. */
  news(conversation: ConversationId): Message[] {
    const { transcripts, me } = this.#ground.state;
    return unnoticed(transcripts.get(conversation)?.messages ?? [], me?.id ?? null, {
      begunOn: this.begunOn(conversation),
      seen: this.#seen.get(conversation) ?? null,
      shown: this.#shown.get(conversation) ?? null,
    });
  }

  /** The writer was shown everything up to now. */
  shown(conversation: ConversationId): void {
    const newest = this.#newest(conversation);
    if (newest !== null) this.#shown.set(conversation, newest);
  }

  /** The newest message that the writer knows; null if they know none. */
  knows(conversation: ConversationId): Position | null {
    const known = [this.#seen.get(conversation), this.#shown.get(conversation)]
      .filter((one) => one !== undefined)
      .sort();
    return known.at(-1) ?? this.begunOn(conversation);
  }

  /** Another workspace begins; nobody there is told of what was being written here. */
  forgetAll(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#writes = null;
    for (const map of [this.#seen, this.#begun, this.#shown]) map.clear();
  }

  forget(conversation: ConversationId): void {
    this.#stop(conversation);
    for (const map of [this.#seen, this.#begun, this.#shown]) map.delete(conversation);
  }
}
