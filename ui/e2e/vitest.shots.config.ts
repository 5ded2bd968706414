import { defineConfig } from "vitest/config";

import { serially } from "./vitest.shared.ts";

/** The pictures of all views, for looking at and for the README. */
export default defineConfig({ test: { ...serially, include: ["e2e/shots/**/*.test.ts"] } });
