import { expect } from "vitest";

import { tabTo } from "../support/focus";
import { see, until } from "../support/wait";
import { story } from "../support/testbed";

/** More messages than the first pages hold. */
const LINES = 400;

story(
  "the search in a conversation jumps to a message that was not loaded",
  { agents: ["Anna"], automaticAnswer: true },
  async (testbed) => {
    const carla = testbed.customer("Carla");
    const anna = await testbed.agent("Anna");
    await anna.becomesReady();
    for (let line = 0; line < LINES; line += 1) await carla.writes(line === 30 ? "The lamp is green" : `Line ${line}`);
    await see(anna.entry("Carla").getByText(`Line ${LINES - 1}`));
    await anna.opens("Carla");

    await anna.turnsTo("conversation");
    const all = anna.panel.getByRole("log");
    await see(all.getByText(`Line ${LINES - 1}`, { exact: true }));
    await tabTo(anna, "Search in this conversation");
    await anna.page.keyboard.type("lamp");
    await see(anna.panel.getByRole("search").getByText("1 of 1"));
    const hit = all.locator("mark");
    const inView = async (): Promise<boolean> => {
      const [line, view] = [await hit.first().boundingBox(), await all.boundingBox()];
      return line !== null && view !== null && line.y > view.y && line.y + line.height < view.y + view.height;
    };
    await until("the line is in view", inView);
    // The messages around it are loaded too.
    await see(all.getByText("Line 29", { exact: true }));
    await see(all.getByText("Line 31", { exact: true }));
    expect(await inView(), "the pages around it do not move it out of view").toBe(true);

    // To a date: the log jumps to the first message of that day.
    await anna.page.keyboard.press("Escape");
    await anna.turnsTo("case");
    await anna.turnsTo("conversation");
    await see(all.getByText(`Line ${LINES - 1}`, { exact: true }));
    await tabTo(anna, "Go to a date");
    const today = new Date();
    const day = [today.getFullYear(), today.getMonth() + 1, today.getDate()]
      .map((part) => String(part).padStart(2, "0"))
      .join("-");
    await anna.panel.getByLabel("Go to a date").fill(day);
    await until("the day's first line is in view", async () => {
      const [line, view] = [
        await all
          .getByText("Line 0", { exact: true })
          .boundingBox({ timeout: 1_000 })
          .catch(() => null),
        await all.boundingBox(),
      ];
      return line !== null && view !== null && line.y > view.y && line.y + line.height < view.y + view.height;
    });
    expect(await all.getByText(`Line ${LINES - 1}`, { exact: true }).count()).toBe(0);
  },
);
