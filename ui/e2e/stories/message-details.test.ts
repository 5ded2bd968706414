import { expect } from "vitest";

import { expectAccessibleInBothThemes } from "../support/axe";
import { focused, expectFocusVisible, tabTo } from "../support/focus";
import { see, until } from "../support/wait";
import { story } from "../support/testbed";

const FACTS = [
  { key: "order", label: "Order", editable: true },
  { key: "profile.name", label: "Name on WhatsApp", editable: false },
];

story(
  "a case field is edited, and a reaction and a quoted reply appear at their message",
  { agents: ["Anna"], caseFields: FACTS },
  async (testbed) => {
    const carla = testbed.customer("Carla");
    const anna = await testbed.agent("Anna");
    const { page } = anna;
    await anna.becomesReady();
    await carla.writes("Is my bicycle ready?");
    await anna.accepts("Carla");

    // A case field by keyboard: Enter saves, Escape reverts. Fields that the channel filled are read-only.
    await see(anna.panel.getByText("Name on WhatsApp"));
    expect(await anna.panel.getByLabel("Name on WhatsApp").count(), "read-only").toBe(0);
    await tabTo(anna, "Order");
    await page.keyboard.type("20 441");
    await page.keyboard.press("Enter");
    await page.keyboard.type(" or so");
    await page.keyboard.press("Escape");
    const order = anna.panel.getByLabel("Order");
    expect(await order.inputValue()).toBe("20 441");
    await page.reload();
    await anna.opens("Carla");
    await see(order);
    expect(await order.inputValue(), "after a reload").toBe("20 441");

    await anna.writes("Carla", "Yes, since nine.");
    await anna.writes("Carla", "We close at six.");
    await carla.reactsTo("Yes, since nine.", "❤️");
    await see(
      anna.line("Yes, since nine.").getByRole("list", { name: "Reactions" }).getByText("Carla reacted with ❤️"),
    );
    expect(await anna.log.getByRole("list", { name: "Reactions" }).count(), "at this message alone").toBe(1);
    await carla.reactsTo("Yes, since nine.", "👍");
    await see(anna.line("Yes, since nine.").getByText("Carla reacted with 👍"));

    await carla.repliesTo("We close at six.", "Then I come at five.");
    const quote = anna.line("Then I come at five.").getByRole("button", { name: /We close at six\./u });
    await see(quote);
    await expectAccessibleInBothThemes(anna, "facts, a reaction and a quote");

    // An emoji by keyboard: found by its name; the focus returns to the composer.
    await anna.composer("Carla").focus();
    await page.keyboard.type("Fine ");
    await page.keyboard.press("Alt+e");
    await see(page.getByRole("dialog", { name: "Choose an emoji" }));
    await until("the search has the focus", async () => (await focused(anna)).startsWith("input"));
    await expectAccessibleInBothThemes(anna, "the emoji");
    await page.keyboard.type("thumbs up");
    await page.keyboard.press("ArrowDown");
    await expectFocusVisible(anna, "moving into the emoji");
    await page.keyboard.press("Enter");
    await until("the composer has the focus", async () => (await focused(anna)).includes("Message to Carla"));
    await page.keyboard.press("Enter");
    await carla.waitsFor("Fine 👍");
  },
);
