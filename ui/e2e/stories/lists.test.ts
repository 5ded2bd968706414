import { expect } from "vitest";

import { breaksNoRuleInLightAndDark } from "../support/axe";
import { focusIsSeen, tabTo } from "../support/focus";
import { gone, see } from "../support/wait";
import { answers } from "../support/engine-stub";
import { story } from "../support/testbed";

story(
  "a search that has not looked through everybody yet says so, and looks further by keyboard",
  { agents: ["Anna"], automaticAnswer: true },
  async (world) => {
    const carla = world.customer("Carla");
    const anna = await world.desk("Anna");
    const { page } = anna;
    await anna.becomesReady();
    await carla.writes("Hello?");
    await see(anna.entry("Carla"));
    // A hub with more contacts than are looked through at once: the first two times nobody, then Carla.
    let asked = 0;
    await answers(anna, (request) => {
      if (request.method !== "find_contacts") return null;
      if (asked === 2) return { ask: { ...request, after: null } };
      asked += 1;
      return { reply: { reply: "contacts", contacts: [], next: `from ${asked}`, whole: true } };
    });
    await anna.show("communication");
    await page.getByRole("searchbox", { name: anna.words.findContacts }).fill("Carla");
    const notYet = page.getByText("Nobody with “Carla” found yet.");
    await see(notYet);
    expect(await page.getByText("No contact contains", { exact: false }).count()).toBe(0);
    await breaksNoRuleInLightAndDark(anna, "a search that goes on");
    await tabTo(anna, "Look further");
    await page.keyboard.press("Enter");
    await see(notYet);
    await focusIsSeen(anna, "looking further");
    await page.keyboard.press("Enter");
    await see(anna.entry("Carla"));
    await gone(notYet);
  },
);

story(
  "the lists say that they are read, and that they could not be, and try again",
  { agents: ["Anna"], automaticAnswer: true },
  async (world) => {
    const carla = world.customer("Carla");
    const anna = await world.desk("Anna");
    const { page } = anna;
    await anna.becomesReady();
    await carla.writes("Hello?");
    await see(anna.entry("Carla"));
    let goes: "slow" | "wrong" | "well" = "slow";
    await answers(anna, ({ method }) => {
      if (method !== "assigned_contacts" && method !== "conversations") return null;
      return goes === "slow"
        ? undefined
        : goes === "wrong"
          ? { error: { code: "internal", message: "Broken." } }
          : null;
    });
    await anna.show("communication");
    await see(page.getByText("Looking up your contacts …"));
    await anna.show("conversations");
    expect(await page.getByText("No conversations on this desktop yet.").count()).toBe(0);

    goes = "wrong";
    await page.reload();
    await anna.show("communication");
    await see(page.getByText("Your contacts could not be read. They are still yours. Try again."));
    expect(await page.getByText("Nobody is assigned to you yet.").count()).toBe(0);
    await breaksNoRuleInLightAndDark(anna, "contacts that could not be read");
    await anna.show("conversations");
    await see(page.getByText("The conversations could not be read. They are still on this desktop. Try again."));

    goes = "well";
    await tabTo(anna, "Try again");
    await page.keyboard.press("Enter");
    await see(anna.entry("Carla"));
    await gone(page.getByText("The conversations could not be read.", { exact: false }));
    await anna.show("communication");
    await see(anna.entry("Carla"));
  },
);
