/** Runs the scripts of `in-page` in a page. The tests of the real window use the same files. */
import { readFileSync } from "node:fs";

import type { Page } from "playwright-core";

/** Runs the function in one of the files, with one argument, and returns its result. */
export function inPage<T>(page: Page, name: "axe" | "focus" | "stillness", argument: unknown = null): Promise<T> {
  const source = readFileSync(new URL(`../in-page/${name}.js`, import.meta.url), "utf8");
  return page.evaluate<T>(`(${source})(${JSON.stringify(argument)})`);
}
