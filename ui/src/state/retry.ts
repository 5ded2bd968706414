/** How long to wait before asking the engine again for something that failed, in milliseconds. */
export const RETRY_DELAY = 1_000;

/** Resolves after so many milliseconds. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
