/** What is being written, kept by the engine soon after each pause. */
import type { ConversationId } from "../bindings/ConversationId";

/** How long a pause must be before the draft is saved, in milliseconds. */
const PAUSE = 400;
/** How long somebody may type without a pause until it is saved all the same, in milliseconds. */
const AT_LATEST = 2_000;
/** What is longer than this, in characters, cannot be sent and is not saved. */
export const LONGEST_DRAFT = 10_000;

type Save = (conversation: ConversationId, body: string) => Promise<unknown>;
type Wrote = (conversation: ConversationId, body: string) => void;

export class Drafts {
  readonly #texts = new Map<ConversationId, string>();
  readonly #timers = new Map<ConversationId, ReturnType<typeof setTimeout>>();
  /** Since when something has not been saved. */
  readonly #since = new Map<ConversationId, number>();
  readonly #save: Save;
  readonly #wrote: Wrote;

  /** `wrote` is told at once what `save` is given after a pause. */
  constructor(save: Save, wrote: Wrote = () => undefined) {
    this.#save = save;
    this.#wrote = wrote;
  }

  /** What is being written there; `stored` is what the engine knew when the conversation came. */
  read(conversation: ConversationId, stored: string | null): string {
    return this.#texts.get(conversation) ?? stored ?? "";
  }

  /** Takes what was written so far; it is saved after the next pause. */
  write(conversation: ConversationId, body: string): void {
    this.#texts.set(conversation, body);
    this.#wrote(conversation, body);
    clearTimeout(this.#timers.get(conversation));
    const since = this.#since.get(conversation) ?? Date.now();
    this.#since.set(conversation, since);
    const left = Math.max(0, since + AT_LATEST - Date.now());
    this.#timers.set(
      conversation,
      setTimeout(() => void this.#flush(conversation), Math.min(PAUSE, left)),
    );
  }

  /** Saves at once whatever has not been saved. */
  async flush(): Promise<void> {
    await Promise.all([...this.#timers.keys()].map((conversation) => this.#flush(conversation)));
  }

  /** Forgets what was written in a conversation that is gone. */
  forget(conversation: ConversationId): void {
    clearTimeout(this.#timers.get(conversation));
    this.#timers.delete(conversation);
    this.#since.delete(conversation);
    this.#texts.delete(conversation);
  }

  /** Forgets everything: another workspace begins. */
  forgetAll(): void {
    for (const conversation of [...this.#texts.keys()]) this.forget(conversation);
  }

  async #flush(conversation: ConversationId): Promise<void> {
    clearTimeout(this.#timers.get(conversation));
    this.#timers.delete(conversation);
    this.#since.delete(conversation);
    const text = this.#texts.get(conversation) ?? "";
    if (text.length > LONGEST_DRAFT) return;
    try {
      await this.#save(conversation, text);
    } catch {
      // The text is still here; the next pause tries again. A full disk is told by an alert.
    }
  }
}
