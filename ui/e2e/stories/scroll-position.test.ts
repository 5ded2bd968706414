import { expect } from "vitest";

import { answers } from "../support/engine-stub";
import type { Desk } from "../support/agent-page";
import { inPage } from "../support/in-page";
import { see } from "../support/wait";
import { story, type World } from "../support/testbed";

/** How far what is read may be painted from its place, in pixels: browsers scroll by whole ones, once for each correction. */
const STILL = 2;

/** Carla says so much that it is read page by page, in lines of different heights. */
async function hasMuchBehindThem(world: World, desk: Desk): Promise<void> {
  const carla = world.customer("Carla");
  await desk.becomesReady();
  for (let line = 1; line <= 260; line += 1) {
    await carla.writes(`Line ${line}.${" A bell rings in the yard.".repeat(line % 7)}`);
  }
  await see(desk.entry("Carla").getByText("Line 260."));
  await desk.opens("Carla");
  // It opens where the unread begins.
  await desk.button("Go to the newest message").click();
  await desk.reads("Line 260. A bell rings in the yard.");
}

async function staysWhereItIsRead(desk: Desk, log: string): Promise<void> {
  for (const page of ["the first older page", "the second older page"]) {
    const { moved, grown, frames } = await inPage<{ moved: number; grown: number; frames: unknown[] }>(
      desk.page,
      "stillness",
      log,
    );
    expect(grown, `${page} came`).toBeGreaterThan(500);
    expect(
      moved,
      `how far the line that is read was moved by ${page}, in pixels; seen: ${JSON.stringify(frames)}`,
    ).toBeLessThanOrEqual(STILL);
  }
}

story(
  "older lines come while Anna reads, and what she reads does not move",
  { agents: ["Anna"], automaticAnswer: true },
  async (world) => {
    const anna = await world.desk("Anna");
    await hasMuchBehindThem(world, anna);
    await staysWhereItIsRead(anna, "[data-pane=transcript]");

    await anna.turnsTo("conversation");
    await see(anna.panel.getByRole("log").getByText("Line 260.", { exact: false }));
    await staysWhereItIsRead(anna, "#side-panel [role=log]");

    await anna.turnsToContact("Carla");
    await anna.turnsTo("contact");
    await see(anna.log.getByText("Line 260.", { exact: false }));
    await staysWhereItIsRead(anna, "[data-pane=transcript]");
  },
);

story(
  "an older page that could not be had comes by itself while its place is looked at",
  { agents: ["Anna"], automaticAnswer: true },
  async (world) => {
    const anna = await world.desk("Anna");
    await hasMuchBehindThem(world, anna);
    let failed = false;
    await answers(anna, ({ method, before }) => {
      if (method !== "transcript" || before === null || failed) return null;
      failed = true;
      return { error: { code: "internal", message: "Broken." } };
    });
    await anna.opens("Carla");
    await anna.reads("Line 260. A bell rings in the yard.");
    // At the very top there is nothing left to scroll, and so no scrolling that would ask again.
    await anna.log.focus();
    await anna.page.keyboard.press("Home");
    await see(anna.log.getByText("Line 200.", { exact: false }));
    expect(failed).toBe(true);
  },
);
