import { expect } from "vitest";

import { stubEngine } from "../support/engine-stub";
import type { AgentPage } from "../support/agent-page";
import { inPage } from "../support/in-page";
import { see } from "../support/wait";
import { story, type Testbed } from "../support/testbed";

/** How far the line that is read may be painted from its place, in pixels: browsers round each correction. */
const TOLERANCE = 2;

/** Fills Carla's transcript with several pages, in lines of different heights. */
async function fillTranscript(testbed: Testbed, agent: AgentPage): Promise<void> {
  const carla = testbed.customer("Carla");
  await agent.becomesReady();
  for (let line = 1; line <= 260; line += 1) {
    await carla.writes(`Line ${line}.${" A bell rings in the yard.".repeat(line % 7)}`);
  }
  await see(agent.entry("Carla").getByText("Line 260."));
  await agent.opens("Carla");
  // It opens at the first unread message.
  await agent.button("Go to the newest message").click();
  await agent.reads("Line 260. A bell rings in the yard.");
}

async function expectStablePosition(agent: AgentPage, log: string): Promise<void> {
  for (const page of ["the first older page", "the second older page"]) {
    const { moved, grown, frames } = await inPage<{ moved: number; grown: number; frames: unknown[] }>(
      agent.page,
      "stillness",
      log,
    );
    expect(grown, `${page} came`).toBeGreaterThan(500);
    expect(
      moved,
      `how far the line that is read was moved by ${page}, in pixels; seen: ${JSON.stringify(frames)}`,
    ).toBeLessThanOrEqual(TOLERANCE);
  }
}

story(
  "older messages load while the agent reads, and the line that is read does not move",
  { agents: ["Anna"], automaticAnswer: true },
  async (testbed) => {
    const anna = await testbed.agent("Anna");
    await fillTranscript(testbed, anna);
    await expectStablePosition(anna, "[data-pane=transcript]");

    await anna.turnsTo("conversation");
    await see(anna.panel.getByRole("log").getByText("Line 260.", { exact: false }));
    await expectStablePosition(anna, "#side-panel [role=log]");

    await anna.turnsToContact("Carla");
    await anna.turnsTo("contact");
    await see(anna.log.getByText("Line 260.", { exact: false }));
    await expectStablePosition(anna, "[data-pane=transcript]");
  },
);

story(
  "an older page that failed to load is requested again while its place is in view",
  { agents: ["Anna"], automaticAnswer: true },
  async (testbed) => {
    const anna = await testbed.agent("Anna");
    await fillTranscript(testbed, anna);
    let failed = false;
    await stubEngine(anna, ({ method, before }) => {
      if (method !== "transcript" || before === null || failed) return null;
      failed = true;
      return { error: { code: "internal", message: "Broken." } };
    });
    await anna.opens("Carla");
    await anna.reads("Line 260. A bell rings in the yard.");
    // At the very top no scroll event can trigger the request.
    await anna.log.focus();
    await anna.page.keyboard.press("Home");
    await see(anna.log.getByText("Line 200.", { exact: false }));
    expect(failed).toBe(true);
  },
);
