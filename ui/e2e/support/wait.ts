/** Waits with a time-out. */
import type { Locator } from "playwright-core";

/** The time-out of every wait, in milliseconds. Generous: the machine may be busy. */
export const TIMEOUT = 60_000;

const POLL_INTERVAL = 50;

/** Calls `check` until it returns something other than null, undefined or false, and returns that. */
export async function until<T>(
  what: string,
  check: () => Promise<T | null | undefined | false> | T | null | undefined | false,
): Promise<T> {
  const end = Date.now() + TIMEOUT;
  for (;;) {
    const found = await check();
    if (found !== null && found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`timed out: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL));
  }
}

/** Waits until an element is visible. */
export async function see(locator: Locator, what = String(locator)): Promise<Locator> {
  await locator.waitFor({ state: "visible", timeout: TIMEOUT }).catch((error: unknown) => {
    throw new Error(`not visible: ${what}`, { cause: error });
  });
  return locator;
}

/** Waits until an element is hidden or gone. */
export async function gone(locator: Locator, what = String(locator)): Promise<void> {
  await locator.waitFor({ state: "hidden", timeout: TIMEOUT }).catch((error: unknown) => {
    throw new Error(`still visible: ${what}`, { cause: error });
  });
}
