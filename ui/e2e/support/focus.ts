/** The keyboard focus: some element must always have it, in view and visibly marked. */
import { expect } from "vitest";

import type { AgentPage } from "./agent-page";
import { inPage } from "./in-page";
import { until } from "./wait";

interface FocusState {
  readonly name: string;
  readonly lost: boolean;
  readonly inView: boolean;
  readonly marked: boolean;
}

/** Waits until an element has the focus, is in view and is marked. */
export async function expectFocusVisible(agent: AgentPage, after: string): Promise<void> {
  let state: FocusState | null = null;
  await until(`after ${after} an element has the focus, in view and marked`, async () => {
    state = await readFocus(agent);
    return !state.lost && state.inView && state.marked;
  }).catch((error: unknown) => {
    throw new Error(`${(error as Error).message}. It is: ${JSON.stringify(state)}`);
  });
  expect(state, `the focus after ${after}`).toMatchObject({ lost: false, inView: true, marked: true });
}

/** Presses Tab and checks the focus. After the last element of a page one Tab goes to the browser's own controls. */
export async function tab(agent: AgentPage): Promise<void> {
  await agent.page.keyboard.press("Tab");
  if ((await focused(agent)) === "nothing") await agent.page.keyboard.press("Tab");
  await expectFocusVisible(agent, "Tab");
}

/** Presses Tab until the focused element's name contains this one. */
export async function tabTo(agent: AgentPage, name: string): Promise<void> {
  for (let step = 0; step < 40; step += 1) {
    await tab(agent);
    if ((await focused(agent)).includes(name)) return;
  }
  throw new Error(`Tab does not reach “${name}”`);
}

/** The accessible name of the focused element. */
export async function focused(agent: AgentPage): Promise<string> {
  return (await readFocus(agent)).name;
}

function readFocus(agent: AgentPage): Promise<FocusState> {
  return inPage(agent.page, "focus");
}
