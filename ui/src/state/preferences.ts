/** How the person likes the screen on this desktop. */
import { createSubscriber } from "svelte/reactivity";

import { keepPreferences, readPreferences, ZOOMS, type ScreenPreferences } from "../platform/preferences";

export { ZOOMS, type ScreenPreferences } from "../platform/preferences";

export class Preferences {
  #now: ScreenPreferences = readPreferences();
  #changed: () => void = () => undefined;
  readonly #track = createSubscriber((update) => {
    this.#changed = update;
    return () => {
      this.#changed = () => undefined;
    };
  });

  /** As they are now. Views that read them are drawn again when they change. */
  get now(): ScreenPreferences {
    this.#track();
    return this.#now;
  }

  change(some: Partial<ScreenPreferences>): void {
    this.#now = { ...this.#now, ...some };
    keepPreferences(this.#now);
    this.#changed();
  }

  /** One step larger or smaller, as far as there are steps. */
  zoom(step: 1 | -1): void {
    const next = ZOOMS[ZOOMS.indexOf(this.#now.zoom) + step];
    if (next !== undefined) this.change({ zoom: next });
  }
}
