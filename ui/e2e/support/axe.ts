/** Accessibility checks by axe. Its script is injected by the debugger, which the page's content policy does not stop. */
import { createRequire } from "node:module";

import { expect } from "vitest";

import type { AgentPage } from "./agent-page";
import { inPage } from "./in-page";

const { source } = createRequire(import.meta.url)("axe-core") as { source: string };

/** Checks that the page as it is now violates no accessibility rule. */
export async function expectAccessible(agent: Pick<AgentPage, "page">, view: string): Promise<void> {
  await agent.page.evaluate(source);
  expect.soft(await inPage(agent.page, "axe"), `rules that ${view} violates`).toEqual([]);
}

/** Checks the page in the dark and in the light theme, and leaves it in light. */
export async function expectAccessibleInBothThemes(agent: Pick<AgentPage, "page">, view: string): Promise<void> {
  for (const colorScheme of ["dark", "light"] as const) {
    await agent.page.emulateMedia({ colorScheme });
    // Colours fade between the themes.
    await agent.page.evaluate(() =>
      Promise.allSettled(document.getAnimations().map((one) => one instanceof CSSTransition && one.finished)),
    );
    await expectAccessible(agent, `${view}, ${colorScheme}`);
  }
}
