import { expect } from "vitest";

import { englishIn } from "../support/english-words";
import { everyView, livelyHub } from "../support/views";
import { story } from "../support/testbed";
import { de } from "../support/words";

story("in German nothing is English, in no view", livelyHub(de), async (world) => {
  const anna = await world.desk("Anna", { words: de });
  expect(await anna.page.evaluate(() => document.documentElement.lang)).toBe("de");
  await everyView(world, anna, async (view) => {
    expect.soft(await englishIn(anna.page), `English words in ${view}`).toEqual([]);
  });
});

story("the language can be chosen, against the system's, and is kept", { agents: ["Anna"] }, async (world) => {
  const anna = await world.desk("Anna");
  await anna.show("settings");
  await anna.page.getByRole("radio", { name: "Deutsch" }).check();
  await anna.page.getByRole("heading", { level: 1, name: "Einstellungen" }).waitFor();
  expect(await anna.page.evaluate(() => document.documentElement.lang)).toBe("de");
  await anna.page.reload();
  await anna.page.getByRole("navigation", { name: de.rail }).waitFor();
  await anna.page.getByRole("button", { name: de.statusIs(de.notReady) }).waitFor();
});
