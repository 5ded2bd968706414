import { expect } from "vitest";

import { focused, expectFocusVisible } from "../support/focus";
import { gone, see, until } from "../support/wait";
import { story } from "../support/testbed";

story(
  "density and zoom change the size of the screen's contents and are kept",
  { agents: ["Anna"], automaticAnswer: true },
  async (testbed) => {
    const anna = await testbed.agent("Anna");
    const { page } = anna;
    await anna.becomesReady();
    await testbed.customer("Carla").writes("Hello?");
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
    expect(compact, "a row is lower").toBeLessThan(before);
    await choose("150%");
    const zoomed = await height();
    expect(
      await page.evaluate(() => parseFloat(getComputedStyle(document.documentElement).fontSize)),
      "the font grows by half",
    ).toBe(24);
    expect(zoomed, "rows grow too").toBeGreaterThan(compact * 1.3);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "nothing overflows").toBe(
      true,
    );

    await page.reload();
    expect(await height(), "kept after a reload").toBeCloseTo(zoomed, 0);
    await choose("100%");
    await choose("Comfortable");
    expect(await height()).toBeCloseTo(before, 0);
  },
);

story(
  "? opens the dialog of shortcuts, and is a character in a text field",
  { agents: ["Anna"], automaticAnswer: true },
  async (testbed) => {
    const anna = await testbed.agent("Anna");
    const { page } = anna;
    const sheet = page.getByRole("dialog", { name: "Keyboard shortcuts" });
    await anna.becomesReady();
    await testbed.customer("Carla").writes("Hello?");
    await anna.opens("Carla");
    await anna.composer("Carla").focus();
    await page.keyboard.type("Really?");
    expect(await anna.composer("Carla").inputValue()).toBe("Really?");
    expect(await sheet.count()).toBe(0);

    await anna.entry("Carla").focus();
    await page.keyboard.press("?");
    await see(sheet);
    await expectFocusVisible(anna, "opening the sheet");
    await page.keyboard.press("Escape");
    await gone(sheet);
    await until("the focus is back", async () => (await focused(anna)).includes("Carla"));
  },
);
