/**
 * Notes being written, kept by the hub soon after each pause. What is not kept yet stays here, whatever else
 * is opened meanwhile, and is tried again.
 */
import type { InteractionId } from "../bindings/InteractionId";

/** How long a pause must be before a note is saved, in milliseconds. */
const PAUSE = 800;

/** How it stands with a note: as the hub has it, not yet, on its way, or refused for now. */
export type NoteState = "saved" | "unsaved" | "saving" | "failed";

interface Written {
  readonly text: string;
  readonly state: NoteState;
  /** What the hub had when this was written. */
  readonly over: string;
}

type Save = (interaction: InteractionId, note: string) => Promise<unknown>;

export class Notes {
  readonly #written = new Map<InteractionId, Written>();
  readonly #timers = new Map<InteractionId, ReturnType<typeof setTimeout>>();
  readonly #flying = new Map<InteractionId, Promise<void>>();
  readonly #save: Save;
  readonly #changed: () => void;

  /** `save` rejects if the hub has not taken the note; `changed` is told whenever a state changes. */
  constructor(save: Save, changed: () => void) {
    this.#save = save;
    this.#changed = changed;
  }

  /**
   * The note; `stored` is the hub's as last heard. What was written here goes before it until it is kept, and
   * until the hub's row says so: that comes a moment later.
   */
  read(interaction: InteractionId, stored: string): string {
    const written = this.#written.get(interaction);
    if (!written) return stored;
    return written.state !== "saved" || written.over === stored ? written.text : stored;
  }

  /** How it stands with a note. */
  state(interaction: InteractionId): NoteState {
    return this.#written.get(interaction)?.state ?? "saved";
  }

  /** Whether anything was written and saved here, so that it is worth saying. */
  touched(interaction: InteractionId): boolean {
    return this.#written.has(interaction);
  }

  /** Takes what was written so far, over what the hub has; it is saved after the next pause. */
  write(interaction: InteractionId, text: string, stored: string): void {
    this.#set(interaction, { text, state: "unsaved", over: stored });
    clearTimeout(this.#timers.get(interaction));
    this.#timers.set(
      interaction,
      setTimeout(() => void this.flush(interaction), PAUSE),
    );
  }

  /** Saves a note at once. Says whether the hub has it now. */
  async flush(interaction: InteractionId): Promise<boolean> {
    try {
      await this.keep(interaction);
      return true;
    } catch {
      // The text is still here, and its state says that it is not kept.
      return false;
    }
  }

  /** Saves a note at once, as far as it is written now; rejects with the reason if the hub does not take it. */
  async keep(interaction: InteractionId): Promise<void> {
    clearTimeout(this.#timers.get(interaction));
    this.#timers.delete(interaction);
    // One after the other: an older text must not arrive after a newer one.
    for (let flying = this.#flying.get(interaction); flying; flying = this.#flying.get(interaction)) {
      await flying.catch(() => undefined);
    }
    const written = this.#written.get(interaction);
    if (!written || written.state === "saved") return;
    const flight = this.#fly(interaction, written);
    this.#flying.set(interaction, flight);
    try {
      await flight;
    } finally {
      this.#flying.delete(interaction);
    }
  }

  /** Saves all that is not kept yet: the window loses the focus, or the connection is back. */
  async flushAll(): Promise<void> {
    await Promise.all([...this.#written.keys()].map((interaction) => this.flush(interaction)));
  }

  /** Forgets the note of an interaction that is gone. */
  forget(interaction: InteractionId): void {
    clearTimeout(this.#timers.get(interaction));
    this.#timers.delete(interaction);
    this.#written.delete(interaction);
  }

  /** Forgets everything: another workspace begins. */
  forgetAll(): void {
    for (const interaction of [...this.#written.keys()]) this.forget(interaction);
  }

  /** How many notes the hub has not taken. */
  get unsaved(): number {
    return [...this.#written.values()].filter((written) => written.state !== "saved").length;
  }

  async #fly(interaction: InteractionId, { text, over }: Written): Promise<void> {
    this.#set(interaction, { text, state: "saving", over });
    // Whoever wrote on meanwhile has something unsaved, whatever becomes of this.
    const settle = (state: NoteState): void => {
      if (this.#written.get(interaction)?.text === text) this.#set(interaction, { text, state, over });
    };
    try {
      await this.#save(interaction, text);
      settle("saved");
    } catch (error) {
      settle("failed");
      throw error;
    }
  }

  #set(interaction: InteractionId, written: Written): void {
    this.#written.set(interaction, written);
    this.#changed();
  }
}
