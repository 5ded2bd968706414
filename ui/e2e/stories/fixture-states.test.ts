import { afterAll, beforeAll, expect, test } from "vitest";
import type { PreviewServer } from "vite";

import { breaksNoRule } from "../support/axe";
import { closeBrowser } from "../support/browser";
import { englishIn } from "../support/english-words";
import { everyState, inParts, servesScripted } from "../support/fixture-states";
import { de, en } from "../support/words";

/** Where customers' words stand, which are English here. */
const CUSTOMERS = ["[dir=auto]", "bdi", "article", "[data-pane=list] [data-item]", "[role=listbox]"];
/** What the scripted hub's administrator and agents named. */
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
  server = await servesScripted();
});
afterAll(async () => {
  await server.close();
  await closeBrowser();
});

for (const { name, states } of inParts()) {
  test(`no scripted state breaks a rule of accessibility, light and in English, ${name}`, async () => {
    await everyState(states, server, { words: en, theme: "light" }, (page, view) => breaksNoRule({ page }, view));
  });

  test(`nor dark and in German, where nothing is English, ${name}`, async () => {
    await everyState(states, server, { words: de, theme: "dark" }, async (page, view) => {
      await breaksNoRule({ page }, view);
      expect.soft(await englishIn(page, CUSTOMERS, NAMES), `English words in ${view}`).toEqual([]);
    });
  });
}
