/** What is asked of a page by a script that runs in it: the same script in a browser and in the real window. */
import { readFileSync } from "node:fs";

import type { Page } from "playwright-core";

/** Runs the function that one of the files in `in-page` is made of, with one argument. */
export function inPage<T>(page: Page, name: "axe" | "focus" | "stillness", argument: unknown = null): Promise<T> {
  const source = readFileSync(new URL(`../in-page/${name}.js`, import.meta.url), "utf8");
  return page.evaluate<T>(`(${source})(${JSON.stringify(argument)})`);
}
