import { expect } from "vitest";

import type { Desk } from "../support/agent-page";
import { passwordOf } from "../support/hub";
import { gone, see, until } from "../support/wait";
import { story } from "../support/testbed";

/** Whether anything on the screen names Carla or says what she wrote. */
async function isNowhere(desk: Desk): Promise<void> {
  for (const text of ["Carla", "Is my bicycle ready?"]) {
    expect(await desk.page.getByText(text, { exact: false }).count(), `${desk.agent} sees “${text}”`).toBe(0);
  }
}

story(
  "Anna leaves with Carla open, Ben comes to the same desktop, and finds an empty Communication",
  { agents: ["Anna", "Ben"], automaticAnswer: true },
  async (world) => {
    const carla = world.customer("Carla");
    const desk = await world.practice();
    await desk.button("Sign in to a hub").first().click();
    await desk.signsIn(world.hub.address, "Anna", passwordOf("Anna"));
    await gone(desk.strip, "the word Practice");
    await desk.becomesReady();
    await carla.writes("Is my bicycle ready?");
    await desk.opens("Carla");
    await desk.finishes();
    await desk.turnsToContact("Carla");
    await desk.turnsTo("contact");
    await desk.reads("Is my bicycle ready?");
    await desk.page.getByRole("searchbox", { name: desk.words.findContacts }).fill("Carla");
    await see(desk.entry("Carla"));

    await desk.show("settings");
    await desk.button("Sign out").click();
    await see(desk.page.getByRole("heading", { level: 1, name: "Sign in" }));
    await desk.button("Another hub").click();
    await desk.signsIn(world.hub.address, "Ben", passwordOf("Ben"));
    await desk.is(desk.words.notReady);
    await desk.show("communication");
    await see(desk.page.getByText("Nobody is assigned to you yet."));
    expect(await desk.page.getByRole("searchbox", { name: desk.words.findContacts }).inputValue()).toBe("");
    await isNowhere(desk);
  },
);

for (const subscribed of [false, true]) {
  const reads = subscribed ? "has subscribed to" : "only reads along";
  story(
    `Ben ${reads} Carla, is taken out of the queue, and nothing of her stays on his screen`,
    { agents: ["Anna", "Ben"], automaticAnswer: true },
    async (world) => {
      const carla = world.customer("Carla");
      const anna = await world.desk("Anna");
      const ben = await world.desk("Ben");
      await anna.becomesReady();
      await carla.writes("Is my bicycle ready?");
      await anna.opens("Carla");
      await ben.is("Not Ready");
      await ben.finds("Carla");
      await ben.turnsTo("contact");
      await ben.reads("Is my bicycle ready?");
      if (subscribed) {
        await ben.button("Subscribe").click();
        await see(ben.button("Unsubscribe"));
      }
      await ben.page.getByRole("searchbox", { name: ben.words.findContacts }).press("Escape");

      await world.hub.administer("member", "remove", "Ben", "Service");
      await until(
        "the transcript is gone",
        async () => (await ben.page.getByText("Is my bicycle ready?", { exact: false }).count()) === 0,
      );
      await until("her card is gone", async () => (await ben.page.getByText("Carla", { exact: false }).count()) === 0);
      await isNowhere(ben);
    },
  );
}
