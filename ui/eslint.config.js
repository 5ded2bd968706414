import svelte from "eslint-plugin-svelte";
import globals from "globals";
import tseslint from "typescript-eslint";

import svelteConfig from "./svelte.config.js";

const TAURI = { group: ["@tauri-apps/*"], message: "Only src/platform knows Tauri." };
const FIXTURE = { group: ["**/fixture/**"], message: "The fixture is for fixture builds and tests alone." };

/** Forbids some files, and not their tests, to import the fixture, and both to import from folders above their layer. */
const forbid = (files, folders, message) => {
  const layers = [
    { group: folders.map((folder) => `**/${folder}/**`), message },
    ...(files.some((file) => file.includes("platform")) ? [] : [TAURI]),
  ];
  const restrict = (patterns) => ({ "no-restricted-imports": ["error", { patterns }] });
  return [
    { files, rules: restrict([...layers, FIXTURE]) },
    { files: files.map((file) => `${file}/*.test.ts`), rules: restrict(layers) },
  ];
};

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
    // Each file is one function that the tests call in a page.
    files: ["e2e/in-page/*.js"],
    rules: { "@typescript-eslint/no-unused-vars": "off" },
  },
  ...forbid(
    ["src/platform/**"],
    ["state", "views", "components", "i18n"],
    "The platform does not depend on state or views.",
  ),
  ...forbid(["src/state/**"], ["views", "components", "i18n"], "State does not depend on views or text."),
  ...forbid(["src/i18n/**"], ["state", "views", "components", "platform"], "Text does not depend on state."),
  ...forbid(["src/components/**"], ["state", "views", "platform"], "Components take what they show as properties."),
  ...forbid(["src/views/**"], ["platform"], "Views reach the engine through the state."),
);
