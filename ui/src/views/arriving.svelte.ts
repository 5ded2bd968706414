/**
 * The first picture shall not wait for the script of what it does not show. That comes once it stands, all of it at
 * once: whatever is asked for in between appears then by itself, and nothing waits for it later.
 */
import { AGAIN, pause } from "../state/reading";
import type * as Views from "./rest";

type Rest = Partial<typeof Views>;

let rest = $state.raw<Rest>({});
let reading: Promise<void> | null = null;

/** The views behind the first picture: none until all are here. */
export function arrived(): Rest {
  return rest;
}

/** Has them read in, once; resolves when they are here. */
export function readRest(): Promise<void> {
  reading ??= read();
  return reading;
}

async function read(): Promise<void> {
  for (;;) {
    try {
      rest = await import("./rest");
      return;
    } catch {
      // The program that serves the page to a browser may be starting anew.
      await pause(AGAIN);
    }
  }
}

/** Does something once what was just asked for is drawn. */
export function onceDrawn(then: () => void): void {
  void readRest().then(() => requestAnimationFrame(then));
}
