import { expect } from "vitest";

import { breaksNoRule } from "../support/axe";
import type { Desk } from "../support/agent-page";
import { passwordOf } from "../support/hub";
import { gone, see } from "../support/wait";
import { story, type World } from "../support/testbed";

/** Anna signs in on the screen, so that this desktop has her password no more, and talks to Carla. */
async function talksToCarla(world: World): Promise<Desk> {
  const anna = await world.practice();
  await anna.button("Sign in to a hub").first().click();
  await anna.signsIn(world.hub.address, "Anna", passwordOf("Anna"));
  await gone(anna.strip, "the word Practice");
  await anna.becomesReady();
  await world.customer("Carla").writes("Is my lamp ready?");
  await anna.accepts("Carla");
  await anna.writes("Carla", "One moment.");
  await world.customer("Carla").waitsFor("One moment.");
  return anna;
}

story(
  "Anna is signed out in the middle of a shift: what she has written waits, and her password leads back",
  { agents: ["Anna"] },
  async (world) => {
    const carla = world.customer("Carla");
    const anna = await talksToCarla(world);
    await anna.composer("Carla").fill("It is re");
    await world.hub.administer("agent", "revoke", "Anna");

    const bar = anna.page.getByRole("form", { name: "Sign in" });
    await see(bar.getByText("Anna is no longer signed in at Lindenhof."));
    await see(bar.getByText("What you have written is kept. Enter the password to go on."));
    await breaksNoRule(anna, "the bar of somebody who was signed out");
    expect(await anna.composer("Carla").inputValue(), "the half sentence").toBe("It is re");
    await anna.writes("Carla", "It is ready.");
    await anna.tickBecomes("It is ready.", anna.words.waits);
    await anna.reads("Is my lamp ready?");
    await anna.composer("Carla").fill("You can collect");

    const password = bar.getByLabel("Password", { exact: true });
    await password.fill("guessed");
    await password.press("Enter");
    await see(bar.getByText("Name or password is wrong."));
    expect(await carla.got()).toEqual(["One moment."]);
    await password.fill(passwordOf("Anna"));
    await password.press("Enter");
    await gone(bar);
    await carla.waitsFor("It is ready.");
    expect(await anna.composer("Carla").inputValue(), "the half sentence").toBe("You can collect");
    await anna.composer("Carla").press("Enter");
    await carla.waitsFor("You can collect");
    expect(await carla.got(), "each once").toEqual(["One moment.", "It is ready.", "You can collect"]);
  },
);

story(
  "another hub answers at the address: Anna is told, and her work waits for her own",
  { agents: ["Anna"] },
  async (world) => {
    const carla = world.customer("Carla");
    const anna = await talksToCarla(world);
    await world.hub.stop();
    await see(anna.strip.getByText("No connection to the hub."));
    await anna.writes("Carla", "It is ready.");
    await anna.composer("Carla").fill("You can collect");
    const other = await world.anotherHub(["Anna"]);

    const alert = anna.page.getByRole("alert").filter({ hasText: "Another hub answers at this address." });
    await see(
      alert.getByText("Nothing was read from it and nothing sent to it. Your work waits here until your hub is back."),
    );
    await breaksNoRule(anna, "the warning of another hub");
    await anna.tickBecomes("It is ready.", anna.words.waits);
    await anna.reads("Is my lamp ready?");

    // She may work there too, as somebody who is new there.
    await alert.getByRole("button", { name: "Sign in to it as a new hub" }).click();
    await see(anna.page.getByRole("heading", { level: 1, name: "Sign in" }));
    await anna.signsIn(world.hub.url, "Anna", passwordOf("Anna"));
    await anna.is("Not Ready");
    await anna.show("conversations");
    await see(anna.page.getByText("No conversations on this desktop yet."));

    // Her own hub is back, and so is her work.
    await other.stop();
    await world.hub.start();
    await anna.show("settings");
    await anna.button("Other hubs …").click();
    await anna.page.getByRole("button", { name: /1 message waits/u }).click();
    await anna.show("workspace");
    await anna.opens("Carla");
    await carla.waitsFor("It is ready.");
    expect(await anna.composer("Carla").inputValue(), "the half sentence").toBe("You can collect");
    expect(await carla.got(), "each once").toEqual(["One moment.", "It is ready."]);
  },
);
