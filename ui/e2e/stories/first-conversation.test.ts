import { expect } from "vitest";

import { gone, TIMEOUT, see, until } from "../support/wait";
import { story } from "../support/testbed";

story("a first conversation from Ready to Done, and across a restart", { agents: ["Anna"] }, async (testbed) => {
  const carla = testbed.customer("Carla");
  const anna = await testbed.agent("Anna");
  await see(anna.page.getByText("You are Not Ready, so you get no offers."));
  await anna.becomesReady();
  await see(anna.page.getByText("You are Ready. The next offer rings here."));

  // Offers appear in every view; in the workspace at the top of the list.
  await anna.show("settings");
  await carla.writes("Good morning! Is my bike ready?");
  await see(anna.page.getByRole("region", { name: anna.words.offers }).getByText("Good morning! Is my bike ready?"));
  await until("the title counts the offer", async () => (await anna.page.title()) === "(1) Deskbell");
  await anna.show("workspace");
  await see(anna.page.getByRole("region", { name: anna.words.ringing }).getByText("Good morning! Is my bike ready?"));

  await anna.accepts("Carla");
  await gone(anna.offer("Carla"));
  await anna.reads("Good morning! Is my bike ready?");
  await see(anna.notice("You accepted this conversation"));
  await see(anna.page.getByRole("timer", { name: /^Carla has been waiting for/u }));

  await anna.writes("Carla", "Yes, since nine o'clock.");
  await carla.waitsFor("Yes, since nine o'clock.");
  await gone(anna.page.getByRole("timer", { name: /^Carla has been waiting for/u }));
  await anna.tickBecomes("Yes, since nine o'clock.", "Delivered");
  await carla.reads();
  await anna.tickBecomes("Yes, since nine o'clock.", "Read");
  expect(await anna.tick("Yes, since nine o'clock."), "with the time").toMatch(/^Read \d?\d:\d\d/u);
  await carla.writes("Wonderful 🚲");
  await anna.reads("Wonderful 🚲");

  await anna.button("End").click();
  await see(anna.notice("You ended the interaction"));
  await see(anna.page.getByRole("region", { name: "Ended, not done" }).getByText("Carla"));
  await anna.button("Mark Done").click();
  await gone(anna.button("Mark Done"));
  await see(anna.page.getByText("You are Ready. The next offer rings here."));

  // Stopped, hub unreachable, started again.
  await anna.stop();
  await testbed.hub.stop();
  await anna.start();
  await see(anna.strip.getByText("No connection to the hub."));
  await anna.show("conversations");
  await anna.opens("Carla");
  await anna.reads("Wonderful 🚲");
  await expect
    .poll(() => anna.texts(), { timeout: TIMEOUT })
    .toEqual(["Good morning! Is my bike ready?", "Yes, since nine o'clock.", "Wonderful 🚲"]);

  // A message written offline is queued, also across another restart.
  await anna.writes("Carla", "We are open until six.");
  await anna.tickBecomes("We are open until six.", anna.words.waits);
  await see(anna.line("We are open until six.").getByText("Sent as soon as the connection is back."));
  await anna.stop();
  await anna.start();
  await anna.show("conversations");
  await anna.opens("Carla");
  await anna.tickBecomes("We are open until six.", anna.words.waits);
  expect(await carla.got()).toEqual(["Yes, since nine o'clock."]);

  // The hub is back: the message is sent, once.
  await testbed.hub.start();
  await carla.waitsFor("We are open until six.");
  await gone(anna.strip, "the connection strip");
  await carla.reads();
  await anna.tickBecomes("We are open until six.", "Read");
  expect(await carla.got()).toEqual(["Yes, since nine o'clock.", "We are open until six."]);
  expect((await anna.texts()).filter((text) => text === "We are open until six.")).toHaveLength(1);
});
