import { expect } from "vitest";

import { expectAccessibleInBothThemes } from "../support/axe";
import { expectFocusVisible } from "../support/focus";
import { see, until } from "../support/wait";
import { story } from "../support/testbed";

const MANY = 200;
/** How many customers write at a time. */
const AT_ONCE = 20;

story(
  "the keyboard moves through 200 interactions, and the open one stays in view",
  { agents: ["Anna"], automaticAnswer: true, capacity: MANY },
  async (testbed) => {
    const anna = await testbed.agent("Anna");
    const { page } = anna;
    const list = page.locator("[data-pane=list]");
    await anna.becomesReady();
    for (let from = 0; from < MANY; from += AT_ONCE) {
      await Promise.all(
        Array.from({ length: AT_ONCE }, (_, at) =>
          testbed.customer(`Contact ${from + at + 1}`).writes(`Hello, I am number ${from + at + 1}.`),
        ),
      );
    }
    await until("all are listed", async () => (await anna.listed()).length === MANY);
    await until("all are counted", async () => (await page.title()) === `(${MANY}) Deskbell`);

    // Rows out of view are not laid out.
    await see(list.getByText(/^200$/u), "how many there are");
    const laidOut = await list
      .locator("[data-item]")
      .evaluateAll((all) => all.filter((one) => one.checkVisibility({ contentVisibilityAuto: true })).length);
    expect(laidOut).toBeLessThan(MANY / 4);

    const current = list.locator('[aria-current="true"]');
    const inView = async (): Promise<boolean> =>
      current.evaluate((it) => {
        const [box, frame] = [it.getBoundingClientRect(), it.closest(".body")?.getBoundingClientRect()];
        return frame !== undefined && box.top >= frame.top - 1 && box.bottom <= frame.bottom + 1;
      });
    const names = await anna.listed();
    await list.locator("[data-item]").first().click();
    await anna.sees(names[0] ?? "");
    for (let step = 1; step < 30; step += 1) {
      await page.keyboard.press("Alt+ArrowDown");
      await anna.sees(names[step] ?? "");
      await until(`the open one stays in view, step ${step}`, inView);
      await expectFocusVisible(anna, `step ${step}`);
    }
    // The row before the first is the last.
    for (let step = 29; step >= 0; step -= 1) await page.keyboard.press("Alt+ArrowUp");
    await anna.sees(names.at(-1) ?? "");
    await until("the last one is in view", inView);
    await see(anna.line(`Hello, I am ${(names.at(-1) ?? "").replace("Contact", "number")}.`));

    // A new message does not scroll the list.
    const first = names[0] ?? "";
    const body = list.locator(".body");
    await body.evaluate((it) => it.scrollTo(0, 0));
    await testbed.customer(first).writes("Are you still there?");
    await see(list.getByText("Are you still there?"), "the new message");
    expect(await body.evaluate((it) => it.scrollTop)).toBe(0);

    // Within the list: arrows, Home and End.
    await current.focus();
    await page.keyboard.press("ArrowUp");
    await expectFocusVisible(anna, "an arrow in the list");
    await page.keyboard.press("Home");
    await expectFocusVisible(anna, "Home");
    // The contact whose window was renewed may have moved behind others who have waited as long.
    const [top] = await anna.listed();
    await page.keyboard.press("Enter");
    await anna.sees(top ?? "");
    await page.keyboard.press("End");
    await expectFocusVisible(anna, "End");
    await expectAccessibleInBothThemes(anna, "200 interactions");
  },
);
