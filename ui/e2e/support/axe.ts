/** The rules of accessibility, by axe. Its script comes in through the debugger, past the page's policy. */
import { createRequire } from "node:module";

import { expect } from "vitest";

import type { Desk } from "./agent-page";
import { inPage } from "./in-page";

const { source } = createRequire(import.meta.url)("axe-core") as { source: string };

/** Checks that what is on the screen breaks no rule. */
export async function breaksNoRule(desk: Pick<Desk, "page">, view: string): Promise<void> {
  await desk.page.evaluate(source);
  expect.soft(await inPage(desk.page, "axe"), `rules that ${view} breaks`).toEqual([]);
}

/** The same, once in light and once in dark. */
export async function breaksNoRuleInLightAndDark(desk: Pick<Desk, "page">, view: string): Promise<void> {
  for (const colorScheme of ["dark", "light"] as const) {
    await desk.page.emulateMedia({ colorScheme });
    // Colours fade from one theme into the other.
    await desk.page.evaluate(() =>
      Promise.allSettled(document.getAnimations().map((one) => one instanceof CSSTransition && one.finished)),
    );
    await breaksNoRule(desk, `${view}, ${colorScheme}`);
  }
}
