/**
 * Notes that are being edited. Each is saved at the hub after a pause; one that is not saved yet is kept here, whichever
 * interaction is open, and retried.
 */
import type { InteractionId } from "../bindings/InteractionId";

/** How long a pause must be before a note is saved, in milliseconds. */
const SAVE_DELAY = 800;

/** How far a note has come: stored by the hub, edited since, on its way, or refused for now. */
export type NoteState = "saved" | "unsaved" | "saving" | "failed";

interface EditedNote {
  readonly text: string;
  readonly state: NoteState;
  /** The hub's note when this one was edited. */
  readonly base: string;
}

type Save = (interaction: InteractionId, note: string) => Promise<unknown>;

export class Notes {
  readonly #edited = new Map<InteractionId, EditedNote>();
  readonly #timers = new Map<InteractionId, ReturnType<typeof setTimeout>>();
  readonly #saving = new Map<InteractionId, Promise<void>>();
  readonly #save: Save;
  readonly #onChange: () => void;

  /** `save` rejects if the hub has not stored the note; `onChange` is called when a state changes. */
  constructor(save: Save, onChange: () => void) {
    this.#save = save;
    this.#onChange = onChange;
  }

  /**
   * The note to show; `stored` is the hub's. An edited one comes first until it is saved and the hub's row has followed,
   * which arrives after the reply.
   */
  read(interaction: InteractionId, stored: string): string {
    const edited = this.#edited.get(interaction);
    if (!edited) return stored;
    return edited.state !== "saved" || edited.base === stored ? edited.text : stored;
  }

  /** How far a note has come. */
  state(interaction: InteractionId): NoteState {
    return this.#edited.get(interaction)?.state ?? "saved";
  }

  /** Whether a note was edited here, so that its state is worth showing. */
  isTouched(interaction: InteractionId): boolean {
    return this.#edited.has(interaction);
  }

  /** Edits a note; `stored` is the hub's. It is saved after the next pause. */
  write(interaction: InteractionId, text: string, stored: string): void {
    this.#set(interaction, { text, state: "unsaved", base: stored });
    clearTimeout(this.#timers.get(interaction));
    this.#timers.set(
      interaction,
      setTimeout(() => void this.flush(interaction), SAVE_DELAY),
    );
  }

  /** Saves a note at once. Resolves to whether the hub has stored it. */
  async flush(interaction: InteractionId): Promise<boolean> {
    try {
      await this.save(interaction);
      return true;
    } catch {
      // The text is kept, with the state "failed".
      return false;
    }
  }

  /** Saves a note at once; rejects if the hub has not stored it. */
  async save(interaction: InteractionId): Promise<void> {
    clearTimeout(this.#timers.get(interaction));
    this.#timers.delete(interaction);
    // One at a time: an older text must not arrive after a newer one.
    for (let saving = this.#saving.get(interaction); saving; saving = this.#saving.get(interaction)) {
      await saving.catch(() => undefined);
    }
    const edited = this.#edited.get(interaction);
    if (!edited || edited.state === "saved") return;
    const saving = this.#send(interaction, edited);
    this.#saving.set(interaction, saving);
    try {
      await saving;
    } finally {
      this.#saving.delete(interaction);
    }
  }

  /** Saves every unsaved note: the page lost the focus, or the hub is connected again. */
  async saveAll(): Promise<void> {
    await Promise.all([...this.#edited.keys()].map((interaction) => this.flush(interaction)));
  }

  /** Forgets the note of an interaction that was removed. */
  forget(interaction: InteractionId): void {
    clearTimeout(this.#timers.get(interaction));
    this.#timers.delete(interaction);
    this.#edited.delete(interaction);
  }

  /** Forgets every note: another workspace is opened. */
  forgetAll(): void {
    for (const interaction of [...this.#edited.keys()]) this.forget(interaction);
  }

  /** How many notes the hub has not stored. */
  get unsaved(): number {
    return [...this.#edited.values()].filter((edited) => edited.state !== "saved").length;
  }

  async #send(interaction: InteractionId, { text, base }: EditedNote): Promise<void> {
    this.#set(interaction, { text, state: "saving", base });
    // A note that was edited again is unsaved, whatever the result.
    const settle = (state: NoteState): void => {
      if (this.#edited.get(interaction)?.text === text) this.#set(interaction, { text, state, base });
    };
    try {
      await this.#save(interaction, text);
      settle("saved");
    } catch (error) {
      settle("failed");
      throw error;
    }
  }

  #set(interaction: InteractionId, edited: EditedNote): void {
    this.#edited.set(interaction, edited);
    this.#onChange();
  }
}
