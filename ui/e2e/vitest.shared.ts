import { fileURLToPath } from "node:url";

import type { ViteUserConfig } from "vitest/config";

/** One story after the other, each once: a story that fails now and then is a bug. */
export const serially: ViteUserConfig["test"] = {
  root: fileURLToPath(new URL("..", import.meta.url)),
  environment: "node",
  globalSetup: ["e2e/support/programs.ts"],
  fileParallelism: false,
  retry: 0,
  // Each wait within a story is bounded by itself and says what did not come; this is the last resort.
  testTimeout: 180_000,
  hookTimeout: 60_000,
  teardownTimeout: 30_000,
  reporters: ["verbose"],
};
