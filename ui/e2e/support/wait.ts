/** Waiting for what must happen. */
import type { Locator } from "playwright-core";

/** How long anything may take before the story says that it does not happen. Generous: the machine may be busy. */
export const PATIENCE = 30_000;

const LOOK_AGAIN = 50;

/** Waits until `look` finds something, and returns it. */
export async function until<T>(
  what: string,
  look: () => Promise<T | null | undefined | false> | T | null | undefined | false,
): Promise<T> {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const found = await look();
    if (found !== null && found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`${what}: this does not happen`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN));
  }
}

/** Waits until something is seen. */
export async function see(locator: Locator, what = String(locator)): Promise<Locator> {
  await locator.waitFor({ state: "visible", timeout: PATIENCE }).catch((error: unknown) => {
    throw new Error(`${what}: this is not seen`, { cause: error });
  });
  return locator;
}

/** Waits until something is no longer seen. */
export async function gone(locator: Locator, what = String(locator)): Promise<void> {
  await locator.waitFor({ state: "hidden", timeout: PATIENCE }).catch((error: unknown) => {
    throw new Error(`${what}: this does not go away`, { cause: error });
  });
}
