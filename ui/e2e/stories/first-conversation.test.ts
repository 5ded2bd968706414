import { expect } from "vitest";

import { gone, PATIENCE, see, until } from "../support/wait";
import { story } from "../support/testbed";

story("Anna's first conversation, from Ready to Done and over a restart", { agents: ["Anna"] }, async (world) => {
  const carla = world.customer("Carla");
  const anna = await world.desk("Anna");
  await see(anna.page.getByText("You are Not Ready, so nobody rings."));
  await anna.becomesReady();
  await see(anna.page.getByText("You are ready. The next customer rings here."));

  // It rings in every view; where she works, at the top of the list.
  await anna.show("settings");
  await carla.writes("Good morning! Is my bike ready?");
  await see(anna.page.getByRole("region", { name: anna.words.offers }).getByText("Good morning! Is my bike ready?"));
  await until("the title counts the offer", async () => (await anna.page.title()) === "(1) Deskbell");
  await anna.show("workspace");
  await see(anna.page.getByRole("region", { name: anna.words.ringing }).getByText("Good morning! Is my bike ready?"));

  await anna.accepts("Carla");
  await gone(anna.offer("Carla"));
  await anna.reads("Good morning! Is my bike ready?");
  await see(anna.notice("You took this conversation"));
  await see(anna.page.getByRole("timer", { name: /^Carla has been waiting for/u }));

  await anna.writes("Carla", "Yes, since nine o'clock.");
  await carla.waitsFor("Yes, since nine o'clock.");
  await gone(anna.page.getByRole("timer", { name: /^Carla has been waiting for/u }));
  await anna.tickBecomes("Yes, since nine o'clock.", "Delivered");
  await carla.reads();
  await anna.tickBecomes("Yes, since nine o'clock.", "Read");
  expect(await anna.tick("Yes, since nine o'clock."), "and since when").toMatch(/^Read \d?\d:\d\d/u);
  await carla.writes("Wonderful 🚲");
  await anna.reads("Wonderful 🚲");

  await anna.button("End").click();
  await see(anna.notice("You ended the interaction"));
  await see(anna.page.getByRole("region", { name: "Ended, not done" }).getByText("Carla"));
  await anna.button("Mark Done").click();
  await gone(anna.button("Mark Done"));
  await see(anna.page.getByText("You are ready. The next customer rings here."));

  // Closed, the cable out, opened again.
  await anna.end();
  await world.hub.stop();
  await anna.start();
  await see(anna.strip.getByText("No connection to the hub."));
  await anna.show("conversations");
  await anna.opens("Carla");
  await anna.reads("Wonderful 🚲");
  await expect
    .poll(() => anna.texts(), { timeout: PATIENCE })
    .toEqual(["Good morning! Is my bike ready?", "Yes, since nine o'clock.", "Wonderful 🚲"]);

  // What she writes now waits, and says so; also over another restart.
  await anna.writes("Carla", "We are open until six.");
  await anna.tickBecomes("We are open until six.", anna.words.waits);
  await see(anna.line("We are open until six.").getByText("Goes out by itself as soon as the connection is back."));
  await anna.end();
  await anna.start();
  await anna.show("conversations");
  await anna.opens("Carla");
  await anna.tickBecomes("We are open until six.", anna.words.waits);
  expect(await carla.got()).toEqual(["Yes, since nine o'clock."]);

  // The cable is back: it goes by itself, once.
  await world.hub.start();
  await carla.waitsFor("We are open until six.");
  await gone(anna.strip, "the strip about the connection");
  await carla.reads();
  await anna.tickBecomes("We are open until six.", "Read");
  expect(await carla.got()).toEqual(["Yes, since nine o'clock.", "We are open until six."]);
  expect((await anna.texts()).filter((text) => text === "We are open until six.")).toHaveLength(1);
});
