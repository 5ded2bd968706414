import { svelte } from "@sveltejs/vite-plugin-svelte";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** Fixture builds start at `fixture/main.ts`, so that nothing of the fixture can reach the product. */
const fixtureEntry: Plugin = {
  name: "fixture-entry",
  transformIndexHtml: {
    order: "pre",
    handler: (html) => html.replace("/src/main.ts", "/fixture/main.ts"),
  },
};

export default defineConfig(({ mode }) => ({
  plugins: [svelte(), ...(mode === "fixture" ? [fixtureEntry] : [])],
  build: {
    target: "es2022",
    // Leaves light-dark() and nesting alone: every web view this runs in knows them.
    cssTarget: ["safari18", "chrome123", "firefox128"],
    // The policy allows no data: URLs for scripts and styles, so nothing is inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { port: 5173, strictPort: true },
  test: {
    environment: "node",
    include: ["src/**/*.test.ts"],
    // A last resort: on a busy machine the five seconds of the default are not enough.
    testTimeout: 60_000,
  },
}));
