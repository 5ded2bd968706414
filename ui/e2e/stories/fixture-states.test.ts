import { afterAll, beforeAll, expect, test } from "vitest";
import type { PreviewServer } from "vite";

import { expectAccessible } from "../support/axe";
import { closeBrowser } from "../support/browser";
import { findEnglish } from "../support/english-words";
import { visitStates, stateGroups, serveFixture } from "../support/fixture-states";
import { de, en } from "../support/words";

/** Elements with customers' text, which is English in the fixture. */
const CUSTOMERS = ["[dir=auto]", "bdi", "article", "[data-pane=list] [data-item]", "[role=listbox]"];
/** Names that the fixture's administrator and agents gave. */
const NAMES = [
  "Practice hub",
  "Call back",
  "Copy sent",
  "In the shop",
  "By phone",
  "On the website",
  "answer_waiting",
  "customer number",
];

let server: PreviewServer;
beforeAll(async () => {
  server = await serveFixture();
});
afterAll(async () => {
  await server.close();
  await closeBrowser();
});

for (const { name, states } of stateGroups()) {
  test(`fixture states are accessible, light and in English, ${name}`, async () => {
    await visitStates(states, server, { words: en, theme: "light" }, (page, view) => expectAccessible({ page }, view));
  });

  test(`fixture states are accessible, dark and in German without English text, ${name}`, async () => {
    await visitStates(states, server, { words: de, theme: "dark" }, async (page, view) => {
      await expectAccessible({ page }, view);
      expect.soft(await findEnglish(page, CUSTOMERS, NAMES), `English words in ${view}`).toEqual([]);
    });
  });
}
