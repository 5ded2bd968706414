import { expect } from "vitest";

import { breaksNoRule } from "../support/axe";
import type { Desk } from "../support/agent-page";
import { focused, focusIsSeen, tabTo } from "../support/focus";
import { gone, see, until } from "../support/wait";
import { story } from "../support/testbed";

story(
  "everything said with Carla stands in one scroll, and is searched by keyboard",
  { agents: ["Anna"], automaticAnswer: true },
  async (world) => {
    const carla = world.customer("Carla");
    const anna = await world.desk("Anna");
    const { page } = anna;
    await anna.becomesReady();

    // Two handlings: about a bell, and about a lamp.
    await carla.writes("Do you repair bicycle bells?");
    await anna.opens("Carla");
    await anna.writes("Carla", "We do. A bell costs nothing to repair.");
    await carla.waitsFor("We do. A bell costs nothing to repair.");
    await anna.finishes();
    await carla.writes("And lamps?");
    await anna.opens("Carla");
    await anna.writes("Carla", "Lamps too, and a second bell is cheaper.");
    await carla.waitsFor("Lamps too, and a second bell is cheaper.");

    // By its shortcut; the focus is in the panel.
    await page.keyboard.press("Alt+t");
    const all = anna.panel.getByRole("log");
    await see(all.getByText("Do you repair bicycle bells?"));
    await see(all.getByText("Lamps too, and a second bell is cheaper."));
    await until(
      "both handlings have their divider",
      async () => (await all.getByRole("group", { name: "Handled by Anna" }).count()) === 2,
    );
    await focusIsSeen(anna, "Alt+T");
    await breaksNoRule(anna, "the conversation tab");

    // Three lines contain the word; from the newest to the oldest, and around.
    await tabTo(anna, "Search in this conversation");
    await page.keyboard.type("bell");
    const says = anna.panel.getByRole("search").getByRole("status");
    await see(says.getByText("1 of 3"));
    expect(await all.locator("mark").allInnerTexts()).toEqual(["bell", "bell", "bell"]);
    await page.keyboard.press("Enter");
    await see(says.getByText("2 of 3"));
    await page.keyboard.press("F3");
    await see(says.getByText("3 of 3"));
    await page.keyboard.press("Shift+F3");
    await see(says.getByText("2 of 3"));
    expect(await focused(anna), "searching leaves the focus in the field").toContain("Search in this conversation");
    await breaksNoRule(anna, "the search in a conversation");
    await page.keyboard.press("Escape");
    await gone(says);
    expect(await all.locator("mark").count()).toBe(0);

    // Ended, not done: typing and Send takes it up again.
    await anna.button("End").click();
    await see(anna.button("Mark Done"));
    expect(await anna.composer("Carla").getAttribute("placeholder")).toBe(
      "Write to take the ended interaction up again",
    );
    await anna.writes("Carla", "One more thing: we close at six.");
    await carla.waitsFor("One more thing: we close at six.");
    await see(anna.button("End"));
    await see(all.getByText("One more thing: we close at six."));
  },
);

story(
  "Communication: what is done goes on with a message, or with the interaction view",
  { agents: ["Anna"], automaticAnswer: true },
  async (world) => {
    const carla = world.customer("Carla");
    const anna = await world.desk("Anna");
    await anna.becomesReady();
    await carla.writes("Is my lamp ready?");
    await anna.opens("Carla");
    await anna.writes("Carla", "On Friday.");
    await carla.waitsFor("On Friday.");
    await anna.finishes();

    await anna.turnsToContact("Carla");
    await anna.reads("Is my lamp ready?");
    await anna.turnsTo("contact");
    await see(anna.panel.getByText("WhatsApp · support"));
    await breaksNoRule(anna, "Communication");

    // A new interaction begins by itself, and is Anna's.
    await anna.writes("Carla", "It is ready today already.");
    await carla.waitsFor("It is ready today already.");
    await anna.reads("It is ready today already.");
    await see(anna.button("Open the interaction"));
    await anna.show("workspace");
    await see(anna.entry("Carla"));
    await anna.opens("Carla");
    await anna.finishes();

    // And by the button, into the interaction view, where the composer waits.
    await anna.turnsToContact("Carla");
    await anna.button("Create WhatsApp Interaction").click();
    await see(anna.button("End"));
    await until("the composer has the focus", async () => (await focused(anna)).includes("Message to Carla"));
    await anna.writes("Carla", "Shall we keep it for you?");
    await carla.waitsFor("Shall we keep it for you?");
  },
);

story(
  "a contact nobody spoke with is made, connected and validated, by keyboard",
  { agents: ["Anna"] },
  async (world) => {
    const anna = await world.desk("Anna");
    const { page } = anna;
    await anna.is("Not Ready");
    await page.keyboard.press("Alt+m");
    await until("the search has the focus", async () => (await focused(anna)).includes("Find contacts"));

    await tabTo(anna, "New contact");
    await page.keyboard.press("Enter");
    const sheet = page.getByRole("dialog");
    await see(sheet);
    await breaksNoRule(anna, "the sheet for a new contact");
    await until("the sheet has the focus", () => sheet.evaluate((it) => it.contains(document.activeElement)));
    await sheet.getByLabel("Name").focus();
    await page.keyboard.type("Elif");
    await page.keyboard.press("Tab");
    await page.keyboard.type("no number");
    await page.keyboard.press("Enter");
    await see(sheet.getByRole("alert"));
    await page.keyboard.press("Control+a");
    await page.keyboard.type("+34 600 555 018");
    await page.keyboard.press("Enter");
    await gone(sheet);
    await anna.sees("Elif");
    await focusIsSeen(anna, "making a contact");
    await see(page.getByText("No channel is connected yet."));

    // Connect: our number is refused, consent must be said, WhatsApp offers no lookup.
    await page.keyboard.press("Alt+p");
    await tabTo(anna, "Actions for");
    await page.keyboard.press("Enter");
    await see(page.getByRole("menuitem", { name: "Connect WhatsApp Channel" }));
    await page.keyboard.press("Enter");
    const connect = page.getByRole("dialog", { name: "Connect WhatsApp Channel" });
    await see(connect.getByText("WhatsApp offers no lookup", { exact: false }));
    await breaksNoRule(anna, "the sheet to connect");
    await connect.getByLabel("How the contact agreed").focus();
    await page.keyboard.press("Enter");
    await see(connect.getByRole("alert"));
    await page.keyboard.type("In the shop");
    await page.keyboard.press("Enter");
    await gone(connect);
    await focusIsSeen(anna, "connecting");
    await see(anna.panel.getByRole("img", { name: /^Not verified/u }));
    await see(anna.panel.getByText("Consent: In the shop (recorded by Anna", { exact: false }));

    // Until the contact writes, only Notifications: the box is locked and says so.
    await see(page.getByText("This contact has never written here", { exact: false }));
    expect(await anna.composer("Elif").getAttribute("readonly")).not.toBeNull();

    // Validate claims no more than is known.
    await page.keyboard.press("Alt+p");
    await tabTo(anna, "Actions for");
    await page.keyboard.press("Enter");
    await page.keyboard.press("ArrowDown");
    await until("the menu is at Validate", async () => (await focused(anna)).includes("Validate WhatsApp Channel"));
    await page.keyboard.press("Enter");
    const validate = page.getByRole("dialog", { name: "Validate WhatsApp Channel" });
    await see(validate.getByText("Nothing was ever seen of this channel."));
    await breaksNoRule(anna, "the sheet to validate");
    await page.keyboard.press("Escape");
    await gone(validate);
    await focusIsSeen(anna, "closing Validate");
    expect(await focused(anna)).toContain("Actions for");

    // An interaction with them begins where something may be sent.
    await tabTo(anna, "Create WhatsApp Interaction");
    await page.keyboard.press("Enter");
    await see(anna.button("End"));
    await see(anna.panel.getByRole("tabpanel", { name: "Notifications", exact: true }));
    await until("the keyboard is among the Notifications", () =>
      anna.panel.evaluate((it) => it.contains(document.activeElement)),
    );
    await focusIsSeen(anna, "an interaction that begins with a Notification");
  },
);

story(
  "two agents change Carla at once, and each field is decided",
  { agents: ["Anna", "Ben"], automaticAnswer: true },
  async (world) => {
    const carla = world.customer("Carla");
    const anna = await world.desk("Anna");
    await anna.becomesReady();
    await carla.writes("Hello?");
    await anna.opens("Carla");
    const ben = await world.desk("Ben");
    await ben.is("Not Ready");
    await ben.finds("Carla");

    for (const desk of [anna, ben]) {
      await desk.turnsTo("contact");
      await desk.button("Edit").click();
    }
    const saves = async (desk: Desk, name: string, email: string): Promise<void> => {
      await desk.panel.getByRole("textbox", { name: "Name", exact: true }).fill(name);
      await desk.button("Add an e-mail address").click();
      await desk.panel.getByRole("textbox", { name: "E-mail address" }).fill(email);
      await desk.button("Save").click();
    };
    await saves(ben, "Carla Mendes", "carla@example.org");
    await gone(ben.button("Save"));
    await see(anna.page.getByRole("heading", { level: 2, name: "Carla Mendes" }), "what Ben changed appears by itself");

    await saves(anna, "Carla Silva", "silva@example.org");
    const choice = anna.page.getByRole("dialog", { name: "Somebody changed this contact meanwhile" });
    await see(choice);
    await breaksNoRule(anna, "the choice between two changes");
    await choice.getByRole("radio", { name: "As it is now Carla Mendes" }).check();
    await choice.getByRole("button", { name: "Save my choice" }).click();
    await gone(choice);
    await gone(anna.button("Save"));
    await see(anna.panel.getByText("silva@example.org"));
    await see(anna.panel.getByText("carla@example.org"));
    expect(await anna.panel.getByRole("heading", { name: "Carla Silva" }).count()).toBe(0);
  },
);
