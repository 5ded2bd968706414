/** Where the keyboard is: it must always be somewhere, and that must be seen. */
import { expect } from "vitest";

import type { Desk } from "./agent-page";
import { inPage } from "./in-page";
import { until } from "./wait";

interface Place {
  readonly name: string;
  readonly lost: boolean;
  readonly inView: boolean;
  readonly marked: boolean;
}

/** Checks, once the page has settled, that something has the focus, stands in view and is marked. */
export async function focusIsSeen(desk: Desk, after: string): Promise<void> {
  let place: Place | null = null;
  await until(`after ${after} the focus is somewhere, in view and marked`, async () => {
    place = await look(desk);
    return !place.lost && place.inView && place.marked;
  }).catch((error: unknown) => {
    throw new Error(`${(error as Error).message}. It is: ${JSON.stringify(place)}`);
  });
  expect(place, `the focus after ${after}`).toMatchObject({ lost: false, inView: true, marked: true });
}

/** Presses the Tab key, and checks where it leads. After the last thing of a page comes the browser's own, once. */
export async function tab(desk: Desk): Promise<void> {
  await desk.page.keyboard.press("Tab");
  if ((await focused(desk)) === "nothing") await desk.page.keyboard.press("Tab");
  await focusIsSeen(desk, "Tab");
}

/** Presses the Tab key until what has the focus is called so. */
export async function tabTo(desk: Desk, name: string): Promise<void> {
  for (let step = 0; step < 40; step += 1) {
    await tab(desk);
    if ((await focused(desk)).includes(name)) return;
  }
  throw new Error(`the Tab key does not come to “${name}”`);
}

/** What has the focus, as a screen reader would call it. */
export async function focused(desk: Desk): Promise<string> {
  return (await look(desk)).name;
}

function look(desk: Desk): Promise<Place> {
  return inPage(desk.page, "focus");
}
