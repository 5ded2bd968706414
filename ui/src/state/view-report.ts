/** Reports to the engine the open conversation, whether it has the focus, and whether the agent types. */
import type { DraftContext } from "./draft-context";
import type { Store } from "./store";
import { subjectOf } from "./view";

export class ViewReport {
  readonly #store: Store;
  readonly #drafts: Pick<DraftContext, "typing">;
  /** Whether the open conversation is in view and the page has the focus. */
  #focused = false;
  /** The last report. */
  #reported = "";

  constructor(store: Store, drafts: Pick<DraftContext, "typing">) {
    this.#store = store;
    this.#drafts = drafts;
  }

  /** The page got or lost the focus, or shows something else. */
  update(focused: boolean): void {
    this.#focused = focused && subjectOf(this.#store.state.view) !== null;
    this.send();
  }

  /** Sends a report if it differs from the last one. */
  send(): void {
    const { open: conversation, ready } = this.#store.state;
    const writing = conversation !== null && this.#drafts.typing === conversation;
    const report = `${conversation ?? ""} ${this.#focused} ${writing}`;
    if (!ready || report === this.#reported) return;
    this.#reported = report;
    void this.#store.notify({ method: "set_view", conversation, focused: this.#focused, writing });
  }

  /** Reports the open conversation before a snapshot is requested, which then lists it however old it is. */
  async announceOpen(): Promise<void> {
    const { open } = this.#store.state;
    if (open === null) return;
    await this.#store.notify({ method: "set_view", conversation: open, focused: this.#focused, writing: false });
  }

  /** The engine was restarted: the next report is sent in any case. */
  reset(): void {
    this.#reported = "";
  }
}
