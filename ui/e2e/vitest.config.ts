import { defineConfig } from "vitest/config";

import { serially } from "./vitest.shared.ts";

/** The stories in real browsers. */
export default defineConfig({ test: { ...serially, include: ["e2e/stories/**/*.test.ts"] } });
