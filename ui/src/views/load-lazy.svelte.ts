/** Loads the views that the first paint does not need, in one chunk, once it is on the screen. */
import { pause, RETRY_DELAY } from "../state/retry";
import type * as Views from "./lazy-views";

type LazyViews = Partial<typeof Views>;

let views = $state.raw<LazyViews>({});
let loading: Promise<void> | null = null;

/** The lazy views; an empty object until they are loaded. Components that read it are drawn again then. */
export function lazyViews(): LazyViews {
  return views;
}

/** Loads them, once; resolves when they are here. */
export function loadLazyViews(): Promise<void> {
  loading ??= load();
  return loading;
}

async function load(): Promise<void> {
  for (;;) {
    try {
      views = await import("./lazy-views");
      return;
    } catch {
      // The program that serves the page may be restarting.
      await pause(RETRY_DELAY);
    }
  }
}

/** Calls `then` in the frame after the lazy views are here. */
export function afterLazyViews(then: () => void): void {
  void loadLazyViews().then(() => requestAnimationFrame(then));
}
