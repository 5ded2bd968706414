import svelte from "eslint-plugin-svelte";
import globals from "globals";
import tseslint from "typescript-eslint";

import svelteConfig from "./svelte.config.js";

/** Which folders a folder may not import from: platform <- state <- views; components know no state. */
const forbid = (files, folders, why) => ({
  files,
  rules: {
    "no-restricted-imports": [
      "error",
      {
        patterns: [
          { group: folders.map((folder) => `**/${folder}/**`), message: why },
          ...(files.some((file) => file.includes("platform"))
            ? []
            : [{ group: ["@tauri-apps/*"], message: "Only src/platform knows Tauri." }]),
        ],
      },
    ],
  },
});

export default tseslint.config(
  { ignores: ["dist", "dist-fixture", "node_modules", "src/bindings"] },
  ...tseslint.configs.strict,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser } },
    rules: {
      "no-console": "error",
      eqeqeq: ["error", "always"],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
    },
  },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: tseslint.parser, svelteConfig } },
    rules: {
      "svelte/no-at-html-tags": "error",
      "svelte/no-inline-styles": ["error", { allowTransitions: false }],
      "svelte/button-has-type": "error",
      "svelte/prefer-svelte-reactivity": "off",
    },
  },
  {
    // Each is one function, which whoever drives a page calls in it.
    files: ["e2e/in-page/*.js"],
    rules: { "@typescript-eslint/no-unused-vars": "off" },
  },
  forbid(["src/platform/**"], ["state", "views", "components", "i18n"], "The platform knows nothing above it."),
  forbid(["src/state/**"], ["views", "components", "i18n"], "State knows no screen and no words."),
  forbid(["src/i18n/**"], ["state", "views", "components", "platform"], "Words know no state."),
  forbid(["src/components/**"], ["state", "views", "platform"], "Components are given what they show."),
  forbid(["src/views/**"], ["platform"], "Views act through the state."),
);
