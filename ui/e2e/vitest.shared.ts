import { fileURLToPath } from "node:url";

import type { ViteUserConfig } from "vitest/config";

/** One story at a time and no retries: a story that fails sometimes is a bug. */
export const serially: ViteUserConfig["test"] = {
  root: fileURLToPath(new URL("..", import.meta.url)),
  environment: "node",
  globalSetup: ["e2e/support/programs.ts"],
  fileParallelism: false,
  retry: 0,
  // Each wait in a story has its own time-out and error message; this is the last resort.
  testTimeout: 180_000,
  // A hook builds the page, which takes more than a minute on a busy machine.
  hookTimeout: 180_000,
  teardownTimeout: 30_000,
  reporters: ["verbose"],
};
