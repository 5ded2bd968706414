import { expect } from "vitest";

import { focused } from "../support/focus";
import { gone, see } from "../support/wait";
import { story } from "../support/testbed";

story(
  "a contact of another agent is followed while it is open, and a draft is held back by new messages",
  { agents: ["Anna", "Ben"], automaticAnswer: true },
  async (testbed) => {
    const carla = testbed.customer("Carla");
    const anna = await testbed.agent("Anna");
    await anna.becomesReady();
    await carla.writes("When may I come?");
    await anna.opens("Carla");
    await anna.finishes();
    const ben = await testbed.agent("Ben");
    await ben.is("Not Ready");
    await ben.finds("Carla");
    await ben.reads("When may I come?");
    const box = ben.composer("Carla");
    await box.click();
    await ben.page.keyboard.type("Until six");

    // Anna answers and finishes; Ben sees both, and that he may write again.
    await anna.turnsToContact("Carla");
    await anna.writes("Carla", "You can come at five.");
    await carla.waitsFor("You can come at five.");
    await ben.reads("You can come at five.");
    await see(ben.page.getByText("Anna is handling this conversation. You can read it."));
    await anna.button("Open the interaction").click();
    await anna.finishes();
    await gone(ben.page.getByText("Anna is handling this conversation. You can read it."));
    expect(await box.inputValue()).toBe("Until six");

    // The first Enter shows the message with author and time, the second sends.
    await box.press("Enter");
    const said = ben.page.getByRole("note").filter({ hasText: "Not sent yet: there are new messages" });
    await see(said.getByText("You can come at five."));
    await see(said.getByText("Anna, 1 minute ago"));
    expect(await focused(ben)).toContain("Message to Carla");
    expect(await carla.got()).toEqual(["You can come at five."]);
    await ben.page.keyboard.press("Enter");
    await carla.waitsFor("Until six");
    await gone(said);
  },
);
