/** The rules of accessibility, by axe. Its script comes in through the debugger, past the page's policy. */
import { createRequire } from "node:module";

import type { AxeResults, RunOptions } from "axe-core";
import { expect } from "vitest";

import type { Desk } from "./desk";

const { source } = createRequire(import.meta.url)("axe-core") as { source: string };

declare const axe: { run: (context: Document, options: RunOptions) => Promise<AxeResults> };

/** Checks that what is on the screen breaks no rule. */
export async function breaksNoRule(desk: Desk, view: string): Promise<void> {
  await desk.page.evaluate(source);
  await desk.rests();
  const broken = await desk.page.evaluate(async () => {
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    // An open menu stands at the end of the document, outside of every landmark, and holds the focus while it is open.
    const rules = { region: { enabled: document.querySelector("[role=menu]") === null } };
    const { violations } = await axe.run(document, { runOnly: { type: "tag", values: tags }, rules, resultTypes: ["violations"] });
    return violations.map(({ id, help, nodes }) => ({
      rule: `${id}: ${help}`,
      at: nodes.slice(0, 5).map((node) => `${node.target.join(" ")} ${node.failureSummary ?? ""}`),
    }));
  });
  expect.soft(broken, `rules that ${view} breaks`).toEqual([]);
}

/** The same, once in light and once in dark. */
export async function breaksNoRuleInLightAndDark(desk: Desk, view: string): Promise<void> {
  for (const colorScheme of ["dark", "light"] as const) {
    await desk.page.emulateMedia({ colorScheme });
    // Colours fade from one theme into the other.
    await desk.page.evaluate(() => Promise.allSettled(document.getAnimations().map((one) => one instanceof CSSTransition && one.finished)));
    await breaksNoRule(desk, `${view}, ${colorScheme}`);
  }
}
