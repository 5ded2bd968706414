import { expect } from "vitest";

import { expectAccessible } from "../support/axe";
import type { AgentPage } from "../support/agent-page";
import { passwordOf } from "../support/hub";
import { gone, see } from "../support/wait";
import { story, type Testbed } from "../support/testbed";

/** Signs Anna in by the form, so that the app does not know her password, and opens a conversation with Carla. */
async function startConversation(testbed: Testbed): Promise<AgentPage> {
  const anna = await testbed.practice();
  await anna.button("Sign in to a hub").first().click();
  await anna.signsIn(testbed.hub.address, "Anna", passwordOf("Anna"));
  await gone(anna.strip, "the practice strip");
  await anna.becomesReady();
  await testbed.customer("Carla").writes("Is my lamp ready?");
  await anna.accepts("Carla");
  await anna.writes("Carla", "One moment.");
  await testbed.customer("Carla").waitsFor("One moment.");
  return anna;
}

story(
  "a session revoked during a shift: messages and drafts are kept, and the password restores it",
  { agents: ["Anna"] },
  async (testbed) => {
    const carla = testbed.customer("Carla");
    const anna = await startConversation(testbed);
    await anna.composer("Carla").fill("It is re");
    await testbed.hub.administer("agent", "revoke", "Anna");

    const bar = anna.page.getByRole("form", { name: "Sign in" });
    await see(bar.getByText("Anna is no longer signed in at Lindenhof."));
    await see(bar.getByText("Your messages and drafts are stored. Enter the password to continue."));
    await expectAccessible(anna, "the bar of a revoked session");
    expect(await anna.composer("Carla").inputValue(), "the draft").toBe("It is re");
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
    expect(await anna.composer("Carla").inputValue(), "the draft").toBe("You can collect");
    await anna.composer("Carla").press("Enter");
    await carla.waitsFor("You can collect");
    expect(await carla.got(), "every message once").toEqual(["One moment.", "It is ready.", "You can collect"]);
  },
);

story(
  "another hub at the address: the agent is told, and messages wait for the right hub",
  { agents: ["Anna"] },
  async (testbed) => {
    const carla = testbed.customer("Carla");
    const anna = await startConversation(testbed);
    await testbed.hub.stop();
    await see(anna.strip.getByText("No connection to the hub."));
    await anna.writes("Carla", "It is ready.");
    await anna.composer("Carla").fill("You can collect");
    const other = await testbed.anotherHub(["Anna"]);

    const alert = anna.page.getByRole("alert").filter({ hasText: "Another hub answers at this address." });
    await see(
      alert.getByText("Nothing was read from it or sent to it. Your messages wait here until your hub is back."),
    );
    await expectAccessible(anna, "the warning about another hub");
    await anna.tickBecomes("It is ready.", anna.words.waits);
    await anna.reads("Is my lamp ready?");

    // She can sign in to it as a new hub.
    await alert.getByRole("button", { name: "Sign in to it as a new hub" }).click();
    await see(anna.page.getByRole("heading", { level: 1, name: "Sign in" }));
    await anna.signsIn(testbed.hub.url, "Anna", passwordOf("Anna"));
    await anna.is("Not Ready");
    await anna.show("conversations");
    await see(anna.page.getByText("No conversations on this desktop yet."));

    // The first hub is back, with her messages and draft.
    await other.stop();
    await testbed.hub.start();
    await anna.show("settings");
    await anna.button("Other hubs …").click();
    await anna.page.getByRole("button", { name: /1 message waits/u }).click();
    await anna.show("workspace");
    await anna.opens("Carla");
    await carla.waitsFor("It is ready.");
    expect(await anna.composer("Carla").inputValue(), "the draft").toBe("You can collect");
    expect(await carla.got(), "every message once").toEqual(["One moment.", "It is ready."]);
  },
);
