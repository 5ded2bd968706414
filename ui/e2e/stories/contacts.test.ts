import { expect } from "vitest";

import { expectAccessible } from "../support/axe";
import type { AgentPage } from "../support/agent-page";
import { focused, expectFocusVisible, tabTo } from "../support/focus";
import { gone, see, until } from "../support/wait";
import { story } from "../support/testbed";

story(
  "the whole transcript of a contact is one log, which is searched by keyboard",
  { agents: ["Anna"], automaticAnswer: true },
  async (testbed) => {
    const carla = testbed.customer("Carla");
    const anna = await testbed.agent("Anna");
    const { page } = anna;
    await anna.becomesReady();

    // Two interactions: about a bell, and about a lamp.
    await carla.writes("Do you repair bicycle bells?");
    await anna.opens("Carla");
    await anna.writes("Carla", "We do. A bell costs nothing to repair.");
    await carla.waitsFor("We do. A bell costs nothing to repair.");
    await anna.finishes();
    await carla.writes("And lamps?");
    await anna.opens("Carla");
    await anna.writes("Carla", "Lamps too, and a second bell is cheaper.");
    await carla.waitsFor("Lamps too, and a second bell is cheaper.");

    // Opened by its shortcut; the focus is in the panel.
    await page.keyboard.press("Alt+t");
    const all = anna.panel.getByRole("log");
    await see(all.getByText("Do you repair bicycle bells?"));
    await see(all.getByText("Lamps too, and a second bell is cheaper."));
    await until(
      "both interactions have a divider",
      async () => (await all.getByRole("group", { name: "Handled by Anna" }).count()) === 2,
    );
    await expectFocusVisible(anna, "Alt+T");
    await expectAccessible(anna, "the conversation tab");

    // Three messages match; from the newest to the oldest, and back.
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
    expect(await focused(anna), "the search keeps the focus in its field").toContain("Search in this conversation");
    await expectAccessible(anna, "the search in a conversation");
    await page.keyboard.press("Escape");
    await gone(says);
    expect(await all.locator("mark").count()).toBe(0);

    // Ended, not done: sending a message resumes it.
    await anna.button("End").click();
    await see(anna.button("Mark Done"));
    expect(await anna.composer("Carla").getAttribute("placeholder")).toBe("Write to resume the ended interaction");
    await anna.writes("Carla", "One more thing: we close at six.");
    await carla.waitsFor("One more thing: we close at six.");
    await see(anna.button("End"));
    await see(all.getByText("One more thing: we close at six."));
  },
);

story(
  "Communication: a message or the button starts a new interaction",
  { agents: ["Anna"], automaticAnswer: true },
  async (testbed) => {
    const carla = testbed.customer("Carla");
    const anna = await testbed.agent("Anna");
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
    await expectAccessible(anna, "Communication");

    // The message starts a new interaction with Anna.
    await anna.writes("Carla", "It is ready today already.");
    await carla.waitsFor("It is ready today already.");
    await anna.reads("It is ready today already.");
    await see(anna.button("Open the interaction"));
    await anna.show("workspace");
    await see(anna.entry("Carla"));
    await anna.opens("Carla");
    await anna.finishes();

    // The button starts one too and opens it in the workspace.
    await anna.turnsToContact("Carla");
    await anna.button("Create WhatsApp Interaction").click();
    await see(anna.button("End"));
    await until("the composer has the focus", async () => (await focused(anna)).includes("Message to Carla"));
    await anna.writes("Carla", "Shall we keep it for you?");
    await carla.waitsFor("Shall we keep it for you?");
  },
);

story("a new contact is created, connected and validated by keyboard", { agents: ["Anna"] }, async (testbed) => {
  const anna = await testbed.agent("Anna");
  const { page } = anna;
  await anna.is("Not Ready");
  await page.keyboard.press("Alt+m");
  await until("the search has the focus", async () => (await focused(anna)).includes("Find contacts"));

  await tabTo(anna, "New contact");
  await page.keyboard.press("Enter");
  const sheet = page.getByRole("dialog");
  await see(sheet);
  await expectAccessible(anna, "the sheet for a new contact");
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
  await expectFocusVisible(anna, "creating a contact");
  await see(page.getByText("No channel is connected yet."));

  // Connect: the consent is required, and the text says that there is no lookup.
  await page.keyboard.press("Alt+p");
  await tabTo(anna, "Actions for");
  await page.keyboard.press("Enter");
  await see(page.getByRole("menuitem", { name: "Connect WhatsApp Channel" }));
  await page.keyboard.press("Enter");
  const connect = page.getByRole("dialog", { name: "Connect WhatsApp Channel" });
  await see(connect.getByText("WhatsApp offers no lookup", { exact: false }));
  await expectAccessible(anna, "the sheet to connect");
  await connect.getByLabel("How the contact agreed").focus();
  await page.keyboard.press("Enter");
  await see(connect.getByRole("alert"));
  await page.keyboard.type("In the shop");
  await page.keyboard.press("Enter");
  await gone(connect);
  await expectFocusVisible(anna, "connecting");
  await see(anna.panel.getByRole("img", { name: /^Not verified/u }));
  await see(anna.panel.getByText("Consent: In the shop (recorded by Anna", { exact: false }));

  // Until the contact writes, only Notifications can be sent: the composer is locked and says so.
  await see(page.getByText("This contact has never written here", { exact: false }));
  expect(await anna.composer("Elif").getAttribute("readonly")).not.toBeNull();

  // Validate reports only what is known.
  await page.keyboard.press("Alt+p");
  await tabTo(anna, "Actions for");
  await page.keyboard.press("Enter");
  await page.keyboard.press("ArrowDown");
  await until("the menu is at Validate", async () => (await focused(anna)).includes("Validate WhatsApp Channel"));
  await page.keyboard.press("Enter");
  const validate = page.getByRole("dialog", { name: "Validate WhatsApp Channel" });
  await see(validate.getByText("No activity on this channel yet."));
  await expectAccessible(anna, "the sheet to validate");
  await page.keyboard.press("Escape");
  await gone(validate);
  await expectFocusVisible(anna, "closing Validate");
  expect(await focused(anna)).toContain("Actions for");

  // The new interaction opens at the Notifications, the only thing that can be sent.
  await tabTo(anna, "Create WhatsApp Interaction");
  await page.keyboard.press("Enter");
  await see(anna.button("End"));
  await see(anna.panel.getByRole("tabpanel", { name: "Notifications", exact: true }));
  await until("the focus is in the panel", () => anna.panel.evaluate((it) => it.contains(document.activeElement)));
  await expectFocusVisible(anna, "starting an interaction with a Notification");
});

story(
  "two agents edit one contact at once, and each conflict is resolved",
  { agents: ["Anna", "Ben"], automaticAnswer: true },
  async (testbed) => {
    const carla = testbed.customer("Carla");
    const anna = await testbed.agent("Anna");
    await anna.becomesReady();
    await carla.writes("Hello?");
    await anna.opens("Carla");
    const ben = await testbed.agent("Ben");
    await ben.is("Not Ready");
    await ben.finds("Carla");

    for (const agent of [anna, ben]) {
      await agent.turnsTo("contact");
      await agent.button("Edit").click();
    }
    const saves = async (agent: AgentPage, name: string, email: string): Promise<void> => {
      await agent.panel.getByRole("textbox", { name: "Name", exact: true }).fill(name);
      await agent.button("Add an e-mail address").click();
      await agent.panel.getByRole("textbox", { name: "E-mail address" }).fill(email);
      await agent.button("Save").click();
    };
    await saves(ben, "Carla Mendes", "carla@example.org");
    await gone(ben.button("Save"));
    await see(anna.page.getByRole("heading", { level: 2, name: "Carla Mendes" }), "Ben's change appears");

    await saves(anna, "Carla Silva", "silva@example.org");
    const choice = anna.page.getByRole("dialog", { name: "Somebody else changed this contact" });
    await see(choice);
    await expectAccessible(anna, "the conflict dialog");
    await choice.getByRole("radio", { name: "Current value Carla Mendes" }).check();
    await choice.getByRole("button", { name: "Save my choice" }).click();
    await gone(choice);
    await gone(anna.button("Save"));
    await see(anna.panel.getByText("silva@example.org"));
    await see(anna.panel.getByText("carla@example.org"));
    expect(await anna.panel.getByRole("heading", { name: "Carla Silva" }).count()).toBe(0);
  },
);
