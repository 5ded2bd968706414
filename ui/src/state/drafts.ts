/** Drafts that are being edited. Each is stored by the engine after a pause. */
import type { ConversationId } from "../bindings/ConversationId";

/** How long a pause must be before a draft is saved, in milliseconds. */
const SAVE_DELAY = 400;
/** How long a draft may be edited without a pause before it is saved, in milliseconds. */
const MAX_SAVE_DELAY = 2_000;
/** A longer text, in string units, cannot be sent on any channel and is not saved. */
export const MAX_DRAFT_LENGTH = 10_000;

type Save = (conversation: ConversationId, body: string) => Promise<unknown>;
type OnEdit = (conversation: ConversationId, body: string) => void;

export class Drafts {
  readonly #texts = new Map<ConversationId, string>();
  readonly #timers = new Map<ConversationId, ReturnType<typeof setTimeout>>();
  /** Since when a draft has been unsaved. */
  readonly #unsavedSince = new Map<ConversationId, number>();
  readonly #save: Save;
  readonly #onEdit: OnEdit;

  /** `save` stores a draft; `onEdit` is called at every change. */
  constructor(save: Save, onEdit: OnEdit = () => undefined) {
    this.#save = save;
    this.#onEdit = onEdit;
  }

  /** The draft of a conversation; `stored` is what the engine reported with it. */
  read(conversation: ConversationId, stored: string | null): string {
    return this.#texts.get(conversation) ?? stored ?? "";
  }

  /** Edits a draft; it is saved after the next pause. */
  write(conversation: ConversationId, body: string): void {
    this.#texts.set(conversation, body);
    this.#onEdit(conversation, body);
    clearTimeout(this.#timers.get(conversation));
    const since = this.#unsavedSince.get(conversation) ?? Date.now();
    this.#unsavedSince.set(conversation, since);
    const left = Math.max(0, since + MAX_SAVE_DELAY - Date.now());
    this.#timers.set(
      conversation,
      setTimeout(() => void this.#flush(conversation), Math.min(SAVE_DELAY, left)),
    );
  }

  /** Saves every unsaved draft at once. */
  async saveAll(): Promise<void> {
    await Promise.all([...this.#timers.keys()].map((conversation) => this.#flush(conversation)));
  }

  /** Forgets the draft of a conversation that was removed. */
  forget(conversation: ConversationId): void {
    clearTimeout(this.#timers.get(conversation));
    this.#timers.delete(conversation);
    this.#unsavedSince.delete(conversation);
    this.#texts.delete(conversation);
  }

  /** Forgets every draft: another workspace is opened. */
  forgetAll(): void {
    for (const conversation of [...this.#texts.keys()]) this.forget(conversation);
  }

  async #flush(conversation: ConversationId): Promise<void> {
    clearTimeout(this.#timers.get(conversation));
    this.#timers.delete(conversation);
    this.#unsavedSince.delete(conversation);
    const text = this.#texts.get(conversation) ?? "";
    if (text.length > MAX_DRAFT_LENGTH) return;
    try {
      await this.#save(conversation, text);
    } catch {
      // The text is kept here and saved after the next edit. A full disk is reported by an alert.
    }
  }
}
