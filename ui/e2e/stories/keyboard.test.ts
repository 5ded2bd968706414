import { expect } from "vitest";

import { focused, expectFocusVisible, tab, tabTo } from "../support/focus";
import { gone, see, until } from "../support/wait";
import { story } from "../support/testbed";

story(
  "a conversation by keyboard alone, the focus never lost and always visible",
  { agents: ["Anna"] },
  async (testbed) => {
    const [carla, deniz] = [testbed.customer("Carla"), testbed.customer("Deniz")];
    const anna = await testbed.agent("Anna");
    const { page } = anna;
    await anna.is("Not Ready");
    const press = async (key: string): Promise<void> => {
      await page.keyboard.press(key);
      await expectFocusVisible(anna, key);
    };

    // Ready, by the menu.
    await tabTo(anna, "WhatsApp: Not Ready");
    await press("Enter");
    await see(page.getByRole("menu"));
    await until("the menu has the focus", async () => (await focused(anna)).startsWith("div “Ready"));
    await press("ArrowDown");
    expect(await focused(anna)).toContain("Not Ready");
    await press("ArrowUp");
    await page.keyboard.press("Enter");
    await anna.is("Ready");
    await expectFocusVisible(anna, "choosing Ready");

    // The first offer is accepted by its button; the focus moves to the composer.
    await carla.writes("Hello?");
    await anna.rings("Carla");
    await expectFocusVisible(anna, "a new offer");
    await tabTo(anna, "Accept Carla");
    await page.keyboard.press("Enter");
    await anna.sees("Carla");
    await until("the composer has the focus", async () => (await focused(anna)).includes("Message to Carla"));
    await expectFocusVisible(anna, "accepting");

    // One message of two lines.
    await page.keyboard.type("Good morning Carla,");
    await press("Shift+Enter");
    await page.keyboard.type("how can I help?");
    await press("Enter");
    await carla.waitsFor("Good morning Carla,\nhow can I help?");
    expect(await anna.composer("Carla").inputValue()).toBe("");
    expect(await focused(anna)).toContain("Message to Carla");

    // The second offer is accepted by its shortcut, with a draft in the composer.
    await page.keyboard.type("One moment");
    await deniz.writes("My order is late");
    await anna.rings("Deniz");
    expect(await focused(anna), "an offer does not move the focus").toContain("Message to Carla");
    await page.keyboard.press("Alt+a");
    await anna.sees("Deniz");
    await until("the composer has the focus", async () => (await focused(anna)).includes("Message to Deniz"));
    await expectFocusVisible(anna, "Alt+A");
    await page.keyboard.type("I am looking");
    await press("Enter");
    await deniz.waitsFor("I am looking");

    // Back to Carla: the draft is there.
    await page.keyboard.press("Alt+ArrowDown");
    await anna.sees("Carla");
    await expectFocusVisible(anna, "Alt+Down");
    expect(await anna.composer("Carla").inputValue()).toBe("One moment");
    await press("Enter");
    await carla.waitsFor("One moment");

    // Carla: End and Done by the buttons.
    await press("Shift+F6");
    await tabTo(anna, "End");
    await page.keyboard.press("Enter");
    await see(anna.button("Mark Done"));
    await expectFocusVisible(anna, "End");
    await tabTo(anna, "Mark Done");
    await page.keyboard.press("Enter");
    await gone(anna.button("Mark Done"));
    await expectFocusVisible(anna, "Mark Done");

    // Deniz: End and Done by the shortcut.
    await page.keyboard.press("Alt+ArrowDown");
    await anna.sees("Deniz");
    await expectFocusVisible(anna, "Alt+Down");
    await page.keyboard.press("Alt+c");
    await see(anna.button("Mark Done"));
    await expectFocusVisible(anna, "Alt+C");
    await page.keyboard.press("Alt+c");
    await gone(anna.button("Mark Done"));
    await expectFocusVisible(anna, "Alt+C again");

    // Decline by its shortcut.
    await carla.writes("One more thing");
    await anna.rings("Carla");
    await page.keyboard.press("Alt+x");
    await gone(anna.offer("Carla"));
    await expectFocusVisible(anna, "Alt+X");
  },
);

story("views and dialogs by keyboard", { agents: ["Anna"], automaticAnswer: true }, async (testbed) => {
  const carla = testbed.customer("Carla");
  const anna = await testbed.agent("Anna");
  const { page } = anna;
  await anna.is("Not Ready");
  await page.keyboard.press("Alt+r");
  await anna.is("Ready");
  await carla.writes("Do you sell bells?");
  await see(anna.entry("Carla"));
  const press = async (key: string): Promise<void> => {
    await page.keyboard.press(key);
    await expectFocusVisible(anna, key);
  };

  await press("Alt+ArrowDown");
  await anna.sees("Carla");

  // The panes, in a circle.
  const panes: string[] = [];
  for (let step = 0; step < 5; step += 1) {
    await press("F6");
    panes.push(
      await page.evaluate(() => document.activeElement?.closest<HTMLElement>("[data-pane]")?.dataset["pane"] ?? ""),
    );
  }
  expect([...panes].sort()).toEqual(["composer", "list", "panel", "rail", "transcript"]);

  // Search, into the hits, and to the message.
  await press("Control+k");
  await until("the search has the focus", async () => (await focused(anna)).includes("Search all messages"));
  await page.keyboard.type("bel");
  await see(anna.entry("Carla"), "the hit");
  await press("ArrowDown");
  expect(await focused(anna)).toContain("Carla");
  await press("Enter");
  await anna.reads("Do you sell bells?");

  // The dialog of shortcuts opens, keeps the focus inside, and returns it.
  await press("F6");
  const before = await focused(anna);
  await page.keyboard.press("Control+/");
  const sheet = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await see(sheet);
  await expectFocusVisible(anna, "opening the sheet");
  for (let step = 0; step < 3; step += 1) {
    await press("Tab");
    expect(await sheet.evaluate((it) => it.contains(document.activeElement)), "the focus stays in the sheet").toBe(
      true,
    );
  }
  await page.keyboard.press("Escape");
  await gone(sheet);
  await expectFocusVisible(anna, "closing the sheet");
  expect(await focused(anna)).toBe(before);

  // Settings by Tab and arrows alone.
  await press("F6");
  await tabTo(anna, "Settings");
  await press("Enter");
  await see(page.getByRole("heading", { level: 1, name: "Settings" }));
  for (let step = 0; step < 16; step += 1) await tab(anna);
});

story("the dialog for a number is opened and cancelled by keyboard", { agents: ["Anna"] }, async (testbed) => {
  const carla = testbed.customer("Carla");
  const anna = await testbed.agent("Anna");
  const { page } = anna;
  await anna.becomesReady();
  await carla.writes("Do you sell bells?");
  await anna.accepts("Carla");
  await page.keyboard.press("Alt+p");
  await see(anna.button("Unsubscribe"));

  // The dialog focuses its first field and returns the focus.
  await tabTo(anna, "Add a number");
  await page.keyboard.press("Enter");
  await see(page.getByRole("dialog"));
  await expectFocusVisible(anna, "opening the sheet");
  expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("INPUT");
  await page.keyboard.press("Escape");
  await gone(page.getByRole("dialog"));
  expect(await focused(anna)).toContain("Add a number");
});
