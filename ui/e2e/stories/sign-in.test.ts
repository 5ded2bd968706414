import { expect } from "vitest";

import { expectAccessible } from "../support/axe";
import type { AgentPage } from "../support/agent-page";
import { passwordOf } from "../support/hub";
import { gone, see } from "../support/wait";
import { story } from "../support/testbed";

async function signsOut(agent: AgentPage): Promise<void> {
  await agent.show("settings");
  await agent.button("Sign out").click();
  await see(agent.page.getByRole("heading", { level: 1, name: "Sign in" }));
}

story(
  "sign in from practice to a hub and out, with separate data for each agent",
  { agents: ["Anna", "Ben"] },
  async (testbed) => {
    const carla = testbed.customer("Carla");
    const agent = await testbed.practice();
    await agent.button("Sign in to a hub").first().click();
    await expectAccessible(agent, "sign-in");
    await agent.signsIn("nobody home", "Anna", "x");
    await see(agent.page.getByText("This is not the address of a hub."));
    await agent.signsIn(testbed.hub.address, "Anna", "guessed");
    await see(agent.page.getByText("Name or password is wrong."));
    await agent.signsIn(testbed.hub.address, "Anna", passwordOf("Anna"));
    await gone(agent.strip, "the practice strip");
    await agent.becomesReady();
    await carla.writes("Is my bike ready?");
    await agent.accepts(carla.name);
    await agent.writes(carla.name, "Yes, since this morning.");
    await agent.button(agent.words.end).click();
    await agent.button(agent.words.done).click();
    await signsOut(agent);
    await expectAccessible(agent, "the sign-in page after signing out");
    expect(await agent.page.getByText("Is my bike ready?").count()).toBe(0);

    // Ben on the same desktop.
    await agent.button("Another hub").click();
    await agent.signsIn(testbed.hub.address, "Ben", passwordOf("Ben"));
    await agent.is(agent.words.notReady);
    await agent.show("conversations");
    await see(agent.page.getByText("No conversations on this desktop yet."));
    await signsOut(agent);

    // Anna again: her name is remembered, and her transcript is still there.
    await agent.page.getByRole("button", { name: /^Anna/u }).click();
    await agent.page.getByLabel("Password", { exact: true }).fill(passwordOf("Anna"));
    await agent.page.keyboard.press("Enter");
    await agent.is(agent.words.ready);
    await agent.show("conversations");
    await agent.opens(carla.name);
    await agent.reads("Yes, since this morning.");
  },
);
