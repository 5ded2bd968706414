import { expect } from "vitest";

import { breaksNoRuleInLightAndDark } from "../support/axe";
import { gone, see, until } from "../support/wait";
import { story } from "../support/testbed";

story(
  "who subscribes has what others do by themselves, at every desk, until they unsubscribe",
  { agents: ["Anna", "Ben"], automaticAnswer: true },
  async (world) => {
    const carla = world.customer("Carla");
    const anna = await world.desk("Anna");
    const ben = await world.desk("Ben");
    const laptop = await world.desk("Ben");
    await anna.becomesReady();
    await carla.writes("Is my bicycle ready?");
    await anna.opens("Carla");
    await ben.is("Not Ready");
    await laptop.show("communication");
    await see(laptop.page.getByText("Nobody is assigned to you yet."));

    await ben.finds("Carla");
    await see(ben.entry("Carla").getByText("Not assigned"));
    await ben.turnsTo("contact");
    await breaksNoRuleInLightAndDark(ben, "a contact who is nobody's own");
    await ben.button("Subscribe").click();
    await see(ben.button("Unsubscribe"));
    await ben.page.getByRole("searchbox", { name: ben.words.findContacts }).press("Escape");
    await until("Ben's list holds her", async () => (await ben.listed()).join() === "Carla");
    await see(laptop.entry("Carla").getByText("Is my bicycle ready?"), "also at his other desk");

    // What Anna, Carla and the other desk do is there without asking.
    await anna.writes("Carla", "Since nine.");
    await see(laptop.entry("Carla").getByText("Since nine."));
    await ben.reads("Since nine.");
    await carla.writes("Wonderful!");
    await see(laptop.entry("Carla").getByText("Wonderful!"));
    await see(laptop.entry("Carla").getByText("1 unread message"), "what he has not read there");
    await see(laptop.entry("Carla").getByText("WhatsApp", { exact: true }), "on which channel");
    await laptop.timePasses(24 * 3_600_000);
    await see(laptop.entry("Carla").getByText("window closed"), "how her window stands");
    await ben.reads("Wonderful!");
    await anna.turnsTo("contact");
    await anna.button("Edit").click();
    await anna.panel.getByRole("textbox", { name: "Name", exact: true }).fill("Carla Mendes");
    await anna.button("Save").click();
    await until(
      "both of his lists name her so",
      async () => (await ben.listed()).join() === "Carla Mendes" && (await laptop.listed()).join() === "Carla Mendes",
    );
    await see(ben.page.getByRole("heading", { level: 2, name: "Carla Mendes" }));

    await laptop.turnsToContact("Carla Mendes");
    await laptop.turnsTo("contact");
    await laptop.button("Unsubscribe").click();
    await gone(ben.entry("Carla Mendes"));
    await gone(laptop.entry("Carla Mendes"));
    expect(await anna.entry("Carla Mendes").count(), "who handles her keeps her").toBe(1);
  },
);

story(
  "where Write a message is switched off, the channels and the way into the interaction remain",
  { agents: ["Anna"], automaticAnswer: true, writeAMessage: false },
  async (world) => {
    const carla = world.customer("Carla");
    const anna = await world.desk("Anna");
    const { page } = anna;
    await anna.becomesReady();
    await carla.writes("Hello");
    await anna.opens("Carla");
    await anna.finishes();
    await anna.turnsToContact("Carla");
    await see(page.getByText("Open an interaction to write to this contact."));
    expect(await page.getByRole("textbox", { name: "Message to Carla" }).count()).toBe(0);

    // A second number is connected: now there is a channel to choose.
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
    await breaksNoRuleInLightAndDark(anna, "the channel picker where nothing is written");
    await page.getByRole("menuitemradio", { name: /\+34600555018/u }).click();
    await see(page.getByRole("button", { name: /^Channel: WhatsApp \(support\), \+34600555018/u }));
    expect(await page.getByRole("textbox", { name: "Message to Carla" }).count()).toBe(0);

    // The interaction view is where she writes: on the channel that was chosen.
    await picker.click();
    await page.getByRole("menuitemradio").filter({ hasNotText: "+34600555018" }).click();
    await anna.button("Create WhatsApp Interaction").click();
    await anna.writes("Carla", "Good morning!");
    await carla.waitsFor("Good morning!");

    // Beside it stands from which of the two numbers she writes; and so it does above what was said.
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
