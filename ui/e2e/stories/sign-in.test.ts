import { expect } from "vitest";

import { breaksNoRule } from "../support/axe";
import type { Desk } from "../support/agent-page";
import { passwordOf } from "../support/hub";
import { gone, see } from "../support/wait";
import { story } from "../support/testbed";

async function signsOut(desk: Desk): Promise<void> {
  await desk.show("settings");
  await desk.button("Sign out").click();
  await see(desk.page.getByRole("heading", { level: 1, name: "Sign in" }));
}

story(
  "from practice to a hub, out again, and nobody sees what another wrote",
  { agents: ["Anna", "Ben"] },
  async (world) => {
    const carla = world.customer("Carla");
    const desk = await world.practice();
    await desk.button("Sign in to a hub").first().click();
    await breaksNoRule(desk, "sign-in");
    await desk.signsIn("nobody home", "Anna", "x");
    await see(desk.page.getByText("This is no address of a hub."));
    await desk.signsIn(world.hub.address, "Anna", "guessed");
    await see(desk.page.getByText("Name or password is wrong."));
    await desk.signsIn(world.hub.address, "Anna", passwordOf("Anna"));
    await gone(desk.strip, "the word Practice");
    await desk.becomesReady();
    await carla.writes("Is my bike ready?");
    await desk.accepts(carla.name);
    await desk.writes(carla.name, "Yes, since this morning.");
    await desk.button(desk.words.end).click();
    await desk.button(desk.words.done).click();
    await signsOut(desk);
    await breaksNoRule(desk, "signed out");
    expect(await desk.page.getByText("Is my bike ready?").count()).toBe(0);

    // Ben, at the same desktop.
    await desk.button("Another hub").click();
    await desk.signsIn(world.hub.address, "Ben", passwordOf("Ben"));
    await desk.is(desk.words.notReady);
    await desk.show("conversations");
    await see(desk.page.getByText("No conversations on this desktop yet."));
    await signsOut(desk);

    // Anna again: her name is known, and her transcript is where it was.
    await desk.page.getByRole("button", { name: /^Anna/u }).click();
    await desk.page.getByLabel("Password", { exact: true }).fill(passwordOf("Anna"));
    await desk.page.keyboard.press("Enter");
    await desk.is(desk.words.ready);
    await desk.show("conversations");
    await desk.opens(carla.name);
    await desk.reads("Yes, since this morning.");
  },
);
