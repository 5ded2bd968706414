import { expect } from "vitest";

import { findEnglish } from "../support/english-words";
import { visitViews, populatedHub } from "../support/views";
import { story } from "../support/testbed";
import { de } from "../support/words";

story("no view shows English text in German", populatedHub(de), async (testbed) => {
  const anna = await testbed.agent("Anna", { words: de });
  expect(await anna.page.evaluate(() => document.documentElement.lang)).toBe("de");
  await visitViews(testbed, anna, async (view) => {
    expect.soft(await findEnglish(anna.page), `English words in ${view}`).toEqual([]);
  });
});

story("the chosen language overrides the system's and is kept", { agents: ["Anna"] }, async (testbed) => {
  const anna = await testbed.agent("Anna");
  await anna.show("settings");
  await anna.page.getByRole("radio", { name: "Deutsch" }).check();
  await anna.page.getByRole("heading", { level: 1, name: "Einstellungen" }).waitFor();
  expect(await anna.page.evaluate(() => document.documentElement.lang)).toBe("de");
  await anna.page.reload();
  await anna.page.getByRole("navigation", { name: de.rail }).waitFor();
  await anna.page.getByRole("button", { name: de.statusIs(de.notReady) }).waitFor();
});
