/** Handling interactions: from the offer over End to Done, and what is noted beside them. */
import type { Interaction } from "../bindings/Interaction";
import type { InteractionId } from "../bindings/InteractionId";
import { EngineError } from "../platform";
import type { Store } from "./store";
import { Notes, type NoteState } from "./notes";

/** How long an End can be taken back with one press, in milliseconds. */
const UNDO = 5_000;

/** An End that was just made here. */
export interface JustEnded {
  readonly interaction: InteractionId;
  /** Until when it is offered to take it back, by this desktop's clock. */
  readonly until: number;
}

/** What came of marking an interaction Done. */
export type Finish = "done" | "disposition_missing" | "failed";

export class Interactions {
  readonly notes: Notes;
  readonly #ground: Store;
  #justEnded: JustEnded | null = null;

  constructor(ground: Store) {
    this.#ground = ground;
    this.notes = new Notes(
      (interaction, note) => ground.ask({ method: "command", command: { name: "set_note", interaction, note } }),
      () => ground.changed(),
    );
  }

  /** The End that can still be taken back with one press. */
  get justEnded(): JustEnded | null {
    this.#ground.follow();
    return this.#justEnded;
  }

  /** How it stands with the note of an interaction. */
  noteOf(interaction: Interaction): { text: string; state: NoteState; touched: boolean } {
    this.#ground.follow();
    const { notes } = this;
    const { id, note } = interaction;
    return { text: notes.read(id, note), state: notes.state(id), touched: notes.touched(id) };
  }

  async end(interaction: InteractionId): Promise<void> {
    const done = await this.#ground.try({ method: "command", command: { name: "end_interaction", interaction } });
    if (!done) return;
    this.#justEnded = { interaction, until: Date.now() + UNDO };
    this.#ground.changed();
  }

  /** Takes an End back. */
  async resume(interaction: InteractionId): Promise<boolean> {
    this.forgetEnd();
    return (
      (await this.#ground.try({ method: "command", command: { name: "resume_interaction", interaction } })) !== null
    );
  }

  /** The End is no longer offered to be taken back. */
  forgetEnd(): void {
    this.#justEnded = null;
    this.#ground.changed();
  }

  /** Closes an ended interaction, once its note is kept. What goes wrong is told, but not a missing disposition. */
  async markDone(interaction: InteractionId): Promise<Finish> {
    try {
      await this.notes.keep(interaction);
      await this.#ground.ask({ method: "command", command: { name: "mark_done", interaction } });
      this.forgetEnd();
      return "done";
    } catch (error) {
      const { body } = EngineError.from(error);
      if (body.code === "disposition_missing") return "disposition_missing";
      this.#ground.complain(body);
      return "failed";
    }
  }

  setDisposition(interaction: InteractionId, disposition: string | null): Promise<unknown> {
    return this.#ground.try({ method: "command", command: { name: "set_disposition", interaction, disposition } });
  }

  /** Writes one fact about the case. Says whether the hub has it. */
  async setCaseField(interaction: InteractionId, key: string, value: string): Promise<boolean> {
    return (
      (await this.#ground.try({ method: "command", command: { name: "set_case_field", interaction, key, value } })) !==
      null
    );
  }
}
