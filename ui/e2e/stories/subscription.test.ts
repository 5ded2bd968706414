import { expect } from "vitest";

import { expectAccessibleInBothThemes } from "../support/axe";
import { gone, see, until } from "../support/wait";
import { story } from "../support/testbed";

story(
  "a subscribed contact is updated on every device until it is unsubscribed",
  { agents: ["Anna", "Ben"], automaticAnswer: true },
  async (testbed) => {
    const carla = testbed.customer("Carla");
    const anna = await testbed.agent("Anna");
    const ben = await testbed.agent("Ben");
    const laptop = await testbed.agent("Ben");
    await anna.becomesReady();
    await carla.writes("Is my bicycle ready?");
    await anna.opens("Carla");
    await ben.is("Not Ready");
    await laptop.show("communication");
    await see(laptop.page.getByText("Nobody is assigned to you yet."));

    await ben.finds("Carla");
    await see(ben.entry("Carla").getByText("Not assigned"));
    await ben.turnsTo("contact");
    await expectAccessibleInBothThemes(ben, "a contact that is not assigned");
    await ben.button("Subscribe").click();
    await see(ben.button("Unsubscribe"));
    await ben.page.getByRole("searchbox", { name: ben.words.findContacts }).press("Escape");
    await until("Carla is in Ben's list", async () => (await ben.listed()).join() === "Carla");
    await see(laptop.entry("Carla").getByText("Is my bicycle ready?"), "also on his other device");

    // Messages and changes by others appear on both devices.
    await anna.writes("Carla", "Since nine.");
    await see(laptop.entry("Carla").getByText("Since nine."));
    await ben.reads("Since nine.");
    await carla.writes("Wonderful!");
    await see(laptop.entry("Carla").getByText("Wonderful!"));
    await see(laptop.entry("Carla").getByText("1 unread message"), "the unread count");
    await see(laptop.entry("Carla").getByText("WhatsApp", { exact: true }), "the channel");
    await laptop.advanceTime(24 * 3_600_000);
    await see(laptop.entry("Carla").getByText("window closed"), "the state of the window");
    await ben.reads("Wonderful!");
    await anna.turnsTo("contact");
    await anna.button("Edit").click();
    await anna.panel.getByRole("textbox", { name: "Name", exact: true }).fill("Carla Mendes");
    await anna.button("Save").click();
    await until(
      "both lists show the new name",
      async () => (await ben.listed()).join() === "Carla Mendes" && (await laptop.listed()).join() === "Carla Mendes",
    );
    await see(ben.page.getByRole("heading", { level: 2, name: "Carla Mendes" }));

    await laptop.turnsToContact("Carla Mendes");
    await laptop.turnsTo("contact");
    await laptop.button("Unsubscribe").click();
    await gone(ben.entry("Carla Mendes"));
    await gone(laptop.entry("Carla Mendes"));
    expect(await anna.entry("Carla Mendes").count(), "the agent who handled her keeps her").toBe(1);
  },
);

story(
  "where writing in Communication is switched off, the channel can be chosen and an interaction started",
  { agents: ["Anna"], automaticAnswer: true, writeAMessage: false },
  async (testbed) => {
    const carla = testbed.customer("Carla");
    const anna = await testbed.agent("Anna");
    const { page } = anna;
    await anna.becomesReady();
    await carla.writes("Hello");
    await anna.opens("Carla");
    await anna.finishes();
    await anna.turnsToContact("Carla");
    await see(page.getByText("Open an interaction to write to this contact."));
    expect(await page.getByRole("textbox", { name: "Message to Carla" }).count()).toBe(0);

    // A second number is connected: there are two channels to choose from.
    await anna.turnsTo("contact");
    await anna.button("Add a number").click();
    const number = page.getByRole("dialog", { name: "Add a number" });
    await number.getByLabel("Number, with the country code").fill("+34 600 555 018");
    await number.getByRole("button", { name: "Add" }).click();
    await gone(number);
    await anna.button("Actions for +34600555018").click();
    await page.getByRole("menuitem", { name: "Connect WhatsApp Channel" }).click();
    const connect = page.getByRole("dialog", { name: "Connect WhatsApp Channel" });
    await connect.getByLabel("How the contact agreed").fill("In the shop");
    await connect.getByRole("button", { name: "Connect" }).click();
    await gone(connect);
    const picker = page.getByRole("button", { name: /^Channel: WhatsApp \(support\)/u });
    await picker.click();
    await expectAccessibleInBothThemes(anna, "the channel picker without a composer");
    await page.getByRole("menuitemradio", { name: /\+34600555018/u }).click();
    await see(page.getByRole("button", { name: /^Channel: WhatsApp \(support\), \+34600555018/u }));
    expect(await page.getByRole("textbox", { name: "Message to Carla" }).count()).toBe(0);

    // In the interaction she writes on the chosen channel.
    await picker.click();
    await page.getByRole("menuitemradio").filter({ hasNotText: "+34600555018" }).click();
    await anna.button("Create WhatsApp Interaction").click();
    await anna.writes("Carla", "Good morning!");
    await carla.waitsFor("Good morning!");

    // The panel and the divider show which of the two numbers she writes from.
    await anna.turnsTo("contact");
    const from = anna.panel.getByRole("listitem").filter({ hasText: "writes from here" });
    await see(from);
    expect(await from.count()).toBe(1);
    expect(await from.innerText()).not.toContain("+34600555018");
    const hers = (await from.locator(".digits").innerText()).trim();
    await anna.turnsTo("conversation");
    await see(
      anna.panel
        .getByRole("log")
        .getByRole("group", { name: "Handled by Anna" })
        .first()
        .getByText(hers, { exact: true }),
    );
  },
);
