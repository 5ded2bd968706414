import { expect } from "vitest";

import { breaksNoRuleInLightAndDark } from "../support/axe";
import { focused } from "../support/focus";
import { gone, see, until } from "../support/wait";
import { story } from "../support/testbed";

story(
  "what Ben says while Anna's answer is begun is shown before hers goes, and costs one key",
  { agents: ["Anna", "Ben"], automaticAnswer: true },
  async (world) => {
    const carla = world.customer("Carla");
    const anna = await world.desk("Anna");
    await anna.becomesReady();
    await carla.writes("When may I come?");
    await anna.opens("Carla");
    await anna.finishes();
    await anna.turnsToContact("Carla");

    // Who else is there is seen, and who writes.
    const ben = await world.desk("Ben");
    await ben.finds("Carla");
    await see(anna.page.getByRole("status").getByText("Ben is looking"));
    await see(ben.page.getByRole("status").getByText("Anna is looking"));
    const box = anna.composer("Carla");
    await box.click();
    await anna.page.keyboard.type("Until six");
    await see(ben.page.getByRole("status").getByText("Anna is writing …"));

    // Ben is faster. What he handles Anna reads along, and keeps her text.
    await ben.writes("Carla", "You can come at five.");
    await carla.waitsFor("You can come at five.");
    await see(anna.page.getByText("Ben is handling this conversation. You can read along."));
    expect(await box.isEditable()).toBe(false);
    await ben.button("Open the interaction").click();
    await ben.finishes();
    await gone(anna.page.getByText("Ben is handling this conversation. You can read along."));
    await anna.turnsTo("contact");
    const past = anna.panel.getByRole("region", { name: "Interactions" });
    await see(
      past.getByRole("button").filter({ hasText: "Ben" }),
      "what Ben handled stands among her interactions by itself",
    );
    expect(await box.inputValue()).toBe("Until six");

    // The first Enter shows it, the second sends.
    await box.press("Enter");
    const said = anna.page.getByRole("note").filter({ hasText: "Not sent yet: this was said meanwhile" });
    await see(said.getByText("You can come at five."));
    await see(said.getByText("Ben, 1 minute ago"));
    await breaksNoRuleInLightAndDark(anna, "what was said meanwhile");
    expect(await carla.got()).toEqual(["You can come at five."]);
    expect(await box.inputValue()).toBe("Until six");
    expect(await focused(anna), "the keyboard stays in the box").toContain("Message to Carla");
    await anna.page.keyboard.press("Enter");
    await carla.waitsFor("Until six");
    await gone(said);

    // Who was shown everything is not asked again.
    await anna.writes("Carla", "See you!");
    await carla.waitsFor("See you!");
    expect(await carla.got()).toEqual(["You can come at five.", "Until six", "See you!"]);
    await ben.page.close();
    await until("nobody else is there", async () => (await anna.page.getByText("Ben is looking").count()) === 0);
  },
);
