import { expect } from "vitest";

import { expectAccessibleInBothThemes } from "../support/axe";
import { focused } from "../support/focus";
import { gone, see, until } from "../support/wait";
import { story } from "../support/testbed";

story(
  "a colleague's message since the draft was started is shown before the draft is sent",
  { agents: ["Anna", "Ben"], automaticAnswer: true },
  async (testbed) => {
    const carla = testbed.customer("Carla");
    const anna = await testbed.agent("Anna");
    await anna.becomesReady();
    await carla.writes("When may I come?");
    await anna.opens("Carla");
    await anna.finishes();
    await anna.turnsToContact("Carla");

    // Viewers are shown, and who is typing.
    const ben = await testbed.agent("Ben");
    await ben.finds("Carla");
    await see(anna.page.getByRole("status").getByText("Ben is viewing"));
    await see(ben.page.getByRole("status").getByText("Anna is viewing"));
    const box = anna.composer("Carla");
    await box.click();
    await anna.page.keyboard.type("Until six");
    await see(ben.page.getByRole("status").getByText("Anna is typing …"));

    // Ben answers first: Anna can only read, and keeps her draft.
    await ben.writes("Carla", "You can come at five.");
    await carla.waitsFor("You can come at five.");
    await see(anna.page.getByText("Ben is handling this conversation. You can read it."));
    expect(await box.isEditable()).toBe(false);
    await ben.button("Open the interaction").click();
    await ben.finishes();
    await gone(anna.page.getByText("Ben is handling this conversation. You can read it."));
    await anna.turnsTo("contact");
    const past = anna.panel.getByRole("region", { name: "Interactions" });
    await see(past.getByRole("button").filter({ hasText: "Ben" }), "Ben's interaction is listed");
    expect(await box.inputValue()).toBe("Until six");

    // The first Enter shows the message, the second sends.
    await box.press("Enter");
    const said = anna.page.getByRole("note").filter({ hasText: "Not sent yet: there are new messages" });
    await see(said.getByText("You can come at five."));
    await see(said.getByText("Ben, 1 minute ago"));
    await expectAccessibleInBothThemes(anna, "the message since the draft was started");
    expect(await carla.got()).toEqual(["You can come at five."]);
    expect(await box.inputValue()).toBe("Until six");
    expect(await focused(anna), "the focus stays in the composer").toContain("Message to Carla");
    await anna.page.keyboard.press("Enter");
    await carla.waitsFor("Until six");
    await gone(said);

    // Once shown, the message does not hold the next one back.
    await anna.writes("Carla", "See you!");
    await carla.waitsFor("See you!");
    expect(await carla.got()).toEqual(["You can come at five.", "Until six", "See you!"]);
    await ben.page.close();
    await until("no other viewer is shown", async () => (await anna.page.getByText("Ben is viewing").count()) === 0);
  },
);
