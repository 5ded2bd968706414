/** The agent's preferences for the screen of this desktop. */
import { createSubscriber } from "svelte/reactivity";

import { readPreferences, writePreferences, ZOOMS, type ScreenPreferences } from "../platform/preferences";

export { ZOOMS, type ScreenPreferences } from "../platform/preferences";

export class Preferences {
  #current: ScreenPreferences = readPreferences();
  #invalidate: () => void = () => undefined;
  readonly #track = createSubscriber((update) => {
    this.#invalidate = update;
    return () => {
      this.#invalidate = () => undefined;
    };
  });

  /** The preferences now. Views that read them are drawn again when they change. */
  get current(): ScreenPreferences {
    this.#track();
    return this.#current;
  }

  change(some: Partial<ScreenPreferences>): void {
    this.#current = { ...this.#current, ...some };
    writePreferences(this.#current);
    this.#invalidate();
  }

  /** Zooms one step in or out, if there is one. */
  zoom(step: 1 | -1): void {
    const next = ZOOMS[ZOOMS.indexOf(this.#current.zoom) + step];
    if (next !== undefined) this.change({ zoom: next });
  }
}
