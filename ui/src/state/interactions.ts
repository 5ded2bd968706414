/** What an agent does with an interaction: end, undo, done, disposition, case fields and note. */
import type { Command } from "../bindings/Command";
import type { ConversationId } from "../bindings/ConversationId";
import type { Interaction } from "../bindings/Interaction";
import type { InteractionId } from "../bindings/InteractionId";
import type { InteractionFilter } from "../bindings/InteractionFilter";
import type { InteractionPage } from "../bindings/InteractionPage";
import { v7 as uuid } from "uuid";

import { errorBody } from "./errors";
import { Notes, type NoteState } from "./notes";
import type { Store } from "./store";

/** How long an End can be undone, in milliseconds. */
const UNDO_PERIOD = 5_000;

/** An End that was made here and can be undone. */
export interface UndoableEnd {
  readonly interaction: InteractionId;
  /** Until when undoing is offered, by this desktop's clock. */
  readonly until: number;
}

/** The result of marking an interaction Done. */
export type DoneResult = "done" | "disposition_missing" | "failed";

export class Interactions {
  readonly notes: Notes;
  readonly #store: Store;
  #undoable: UndoableEnd | null = null;

  constructor(store: Store) {
    this.#store = store;
    this.notes = new Notes(
      (interaction, note) => store.request({ method: "command", command: { name: "set_note", interaction, note } }),
      () => store.invalidate(),
    );
  }

  /** The End that can still be undone. */
  get undoableEnd(): UndoableEnd | null {
    this.#store.track();
    return this.#undoable;
  }

  /** The note of an interaction, its state, and whether it was edited here. */
  noteOf(interaction: Interaction): { text: string; state: NoteState; touched: boolean } {
    this.#store.track();
    const { notes } = this;
    const { id, note } = interaction;
    return { text: notes.read(id, note), state: notes.state(id), touched: notes.isTouched(id) };
  }

  /** Starts an interaction. Resolves to whether it was started. */
  start(conversation: ConversationId): Promise<boolean> {
    return this.#command({ name: "start_interaction", interaction: uuid(), conversation });
  }

  async end(interaction: InteractionId): Promise<void> {
    if (!(await this.#command({ name: "end_interaction", interaction }))) return;
    this.#undoable = { interaction, until: Date.now() + UNDO_PERIOD };
    this.#store.invalidate();
  }

  /** Undoes an End. */
  resume(interaction: InteractionId): Promise<boolean> {
    this.clearUndo();
    return this.#command({ name: "resume_interaction", interaction });
  }

  /** No longer offers to undo an End. */
  clearUndo(): void {
    this.#undoable = null;
    this.#store.invalidate();
  }

  /** Marks an ended interaction Done, after its note is stored. Errors are shown, except a missing disposition. */
  async markDone(interaction: InteractionId): Promise<DoneResult> {
    try {
      await this.notes.save(interaction);
      await this.#store.request({ method: "command", command: { name: "mark_done", interaction } });
      this.clearUndo();
      return "done";
    } catch (error) {
      const body = errorBody(error);
      if (body.code === "disposition_missing") return "disposition_missing";
      this.#store.showError(body);
      return "failed";
    }
  }

  setDisposition(interaction: InteractionId, disposition: string | null): Promise<boolean> {
    return this.#command({ name: "set_disposition", interaction, disposition });
  }

  /** Sets one case field. Resolves to whether the hub has stored it. */
  setCaseField(interaction: InteractionId, key: string, value: string): Promise<boolean> {
    return this.#command({ name: "set_case_field", interaction, key, value });
  }

  /** A page of past interactions, newest first; rejects with `EngineError`. */
  list(filter: InteractionFilter, after: string | null, limit: number): Promise<InteractionPage> {
    return this.#store.request({ method: "interactions", filter, after, limit });
  }

  async #command(command: Command): Promise<boolean> {
    return (await this.#store.attempt({ method: "command", command })) !== null;
  }
}
