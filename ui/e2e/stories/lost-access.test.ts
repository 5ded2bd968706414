import { expect } from "vitest";

import type { AgentPage } from "../support/agent-page";
import { passwordOf } from "../support/hub";
import { gone, see, until } from "../support/wait";
import { story } from "../support/testbed";

/** Checks that the page shows neither Carla's name nor her message. */
async function expectNoTrace(agent: AgentPage): Promise<void> {
  for (const text of ["Carla", "Is my bicycle ready?"]) {
    expect(await agent.page.getByText(text, { exact: false }).count(), `${agent.name} sees “${text}”`).toBe(0);
  }
}

story(
  "after Anna signs out, Ben finds nothing of hers on the same desktop",
  { agents: ["Anna", "Ben"], automaticAnswer: true },
  async (testbed) => {
    const carla = testbed.customer("Carla");
    const agent = await testbed.practice();
    await agent.button("Sign in to a hub").first().click();
    await agent.signsIn(testbed.hub.address, "Anna", passwordOf("Anna"));
    await gone(agent.strip, "the practice strip");
    await agent.becomesReady();
    await carla.writes("Is my bicycle ready?");
    await agent.opens("Carla");
    await agent.finishes();
    await agent.turnsToContact("Carla");
    await agent.turnsTo("contact");
    await agent.reads("Is my bicycle ready?");
    await agent.page.getByRole("searchbox", { name: agent.words.findContacts }).fill("Carla");
    await see(agent.entry("Carla"));

    await agent.show("settings");
    await agent.button("Sign out").click();
    await see(agent.page.getByRole("heading", { level: 1, name: "Sign in" }));
    await agent.button("Another hub").click();
    await agent.signsIn(testbed.hub.address, "Ben", passwordOf("Ben"));
    await agent.is(agent.words.notReady);
    await agent.show("communication");
    await see(agent.page.getByText("Nobody is assigned to you yet."));
    expect(await agent.page.getByRole("searchbox", { name: agent.words.findContacts }).inputValue()).toBe("");
    await expectNoTrace(agent);
  },
);

for (const subscribed of [false, true]) {
  const relation = subscribed ? "subscribed to" : "not subscribed to";
  story(
    `an agent removed from the queue loses sight of a contact, ${relation}`,
    { agents: ["Anna", "Ben"], automaticAnswer: true },
    async (testbed) => {
      const carla = testbed.customer("Carla");
      const anna = await testbed.agent("Anna");
      const ben = await testbed.agent("Ben");
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

      await testbed.hub.administer("member", "remove", "Ben", "Service");
      await until(
        "the transcript is gone",
        async () => (await ben.page.getByText("Is my bicycle ready?", { exact: false }).count()) === 0,
      );
      await until(
        "the contact tab is gone",
        async () => (await ben.page.getByText("Carla", { exact: false }).count()) === 0,
      );
      await expectNoTrace(ben);
    },
  );
}
