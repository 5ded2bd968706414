import { expect } from "vitest";

import { expectAccessibleInBothThemes } from "../support/axe";
import { expectFocusVisible, tabTo } from "../support/focus";
import { gone, see } from "../support/wait";
import { stubEngine } from "../support/engine-stub";
import { story } from "../support/testbed";

story(
  "a contact search that is incomplete says so and continues by keyboard",
  { agents: ["Anna"], automaticAnswer: true },
  async (testbed) => {
    const carla = testbed.customer("Carla");
    const anna = await testbed.agent("Anna");
    const { page } = anna;
    await anna.becomesReady();
    await carla.writes("Hello?");
    await see(anna.entry("Carla"));
    // A hub with more contacts than one request searches: two requests without a hit, then Carla.
    let asked = 0;
    await stubEngine(anna, (request) => {
      if (request.method !== "find_contacts") return null;
      if (asked === 2) return { ask: { ...request, after: null } };
      asked += 1;
      return { reply: { reply: "contacts", contacts: [], next: `from ${asked}`, whole: true } };
    });
    await anna.show("communication");
    await page.getByRole("searchbox", { name: anna.words.findContacts }).fill("Carla");
    const notYet = page.getByText("No match for “Carla” yet.");
    await see(notYet);
    expect(await page.getByText("No contact contains", { exact: false }).count()).toBe(0);
    await expectAccessibleInBothThemes(anna, "an incomplete search");
    await tabTo(anna, "Continue searching");
    await page.keyboard.press("Enter");
    await see(notYet);
    await expectFocusVisible(anna, "continuing the search");
    await page.keyboard.press("Enter");
    await see(anna.entry("Carla"));
    await gone(notYet);
  },
);

story(
  "the lists show that they are loading, that loading failed, and retry",
  { agents: ["Anna"], automaticAnswer: true },
  async (testbed) => {
    const carla = testbed.customer("Carla");
    const anna = await testbed.agent("Anna");
    const { page } = anna;
    await anna.becomesReady();
    await carla.writes("Hello?");
    await see(anna.entry("Carla"));
    let engine: "slow" | "failing" | "working" = "slow";
    await stubEngine(anna, ({ method }) => {
      if (method !== "assigned_contacts" && method !== "conversations") return null;
      return engine === "slow"
        ? undefined
        : engine === "failing"
          ? { error: { code: "internal", message: "Broken." } }
          : null;
    });
    await anna.show("communication");
    await see(page.getByText("Loading your contacts …"));
    await anna.show("conversations");
    expect(await page.getByText("No conversations on this desktop yet.").count()).toBe(0);

    engine = "failing";
    await page.reload();
    await anna.show("communication");
    await see(page.getByText("Your contacts could not be loaded. They are still assigned to you. Try again."));
    expect(await page.getByText("Nobody is assigned to you yet.").count()).toBe(0);
    await expectAccessibleInBothThemes(anna, "contacts that could not be loaded");
    await anna.show("conversations");
    await see(page.getByText("The conversations could not be loaded. They are still on this desktop. Try again."));

    engine = "working";
    await tabTo(anna, "Try again");
    await page.keyboard.press("Enter");
    await see(anna.entry("Carla"));
    await gone(page.getByText("The conversations could not be loaded.", { exact: false }));
    await anna.show("communication");
    await see(anna.entry("Carla"));
  },
);
