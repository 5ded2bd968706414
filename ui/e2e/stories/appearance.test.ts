import { expect } from "vitest";

import { focused, focusIsSeen } from "../support/focus";
import { gone, see, until } from "../support/wait";
import { story } from "../support/testbed";

story(
  "density and zoom change what stands on the screen, and are kept",
  { agents: ["Anna"], automaticAnswer: true },
  async (world) => {
    const anna = await world.desk("Anna");
    const { page } = anna;
    await anna.becomesReady();
    await world.customer("Carla").writes("Hello?");
    const height = async (): Promise<number> => {
      await anna.show("workspace");
      return (await see(anna.entry("Carla")).then((it) => it.boundingBox()))?.height ?? 0;
    };
    const choose = async (name: string): Promise<void> => {
      await anna.show("settings");
      await page.getByRole("radio", { name, exact: true }).check();
    };
    const before = await height();
    await choose("Compact");
    const compact = await height();
    expect(compact, "a line takes less room").toBeLessThan(before);
    await choose("150%");
    const zoomed = await height();
    expect(
      await page.evaluate(() => parseFloat(getComputedStyle(document.documentElement).fontSize)),
      "letters grow by half",
    ).toBe(24);
    expect(zoomed, "and what holds them").toBeGreaterThan(compact * 1.3);
    expect(
      await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
      "nothing is out of reach",
    ).toBe(true);

    await page.reload();
    expect(await height(), "kept").toBeCloseTo(zoomed, 0);
    await choose("100%");
    await choose("Comfortable");
    expect(await height()).toBeCloseTo(before, 0);
  },
);

story(
  "? opens the sheet of shortcuts, and is a letter where one writes",
  { agents: ["Anna"], automaticAnswer: true },
  async (world) => {
    const anna = await world.desk("Anna");
    const { page } = anna;
    const sheet = page.getByRole("dialog", { name: "Keyboard shortcuts" });
    await anna.becomesReady();
    await world.customer("Carla").writes("Hello?");
    await anna.opens("Carla");
    await anna.composer("Carla").focus();
    await page.keyboard.type("Really?");
    expect(await anna.composer("Carla").inputValue()).toBe("Really?");
    expect(await sheet.count()).toBe(0);

    await anna.entry("Carla").focus();
    await page.keyboard.press("?");
    await see(sheet);
    await focusIsSeen(anna, "opening the sheet");
    await page.keyboard.press("Escape");
    await gone(sheet);
    await until("the focus is back", async () => (await focused(anna)).includes("Carla"));
  },
);
