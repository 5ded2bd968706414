import { expect } from "vitest";

import { expectAccessible } from "../support/axe";
import { expectFocusVisible } from "../support/focus";
import { gone, see } from "../support/wait";
import { story } from "../support/testbed";

story("shortcuts are given other keys by keyboard, which then work", { agents: ["Anna"] }, async (testbed) => {
  const carla = testbed.customer("Carla");
  const anna = await testbed.agent("Anna");
  const { page } = anna;
  await anna.becomesReady();
  await anna.show("settings");
  const keysOf = (does: string, keys: string) =>
    page.getByRole("button", { name: `${does}: ${keys}. Change`, exact: true });

  // Accept becomes F8. While the dialog waits for keys, shortcuts do nothing.
  const accept = "Accept the next offer";
  await keysOf(accept, "Alt+A").focus();
  await page.keyboard.press("Enter");
  const asked = page.getByRole("button", { name: `${accept}: press the new keys, or Escape to keep the old ones.` });
  await see(asked);
  await page.keyboard.press("Alt+x");
  await see(
    page
      .getByText(
        "Alt+X is already used for “Decline the next offer”. Choose other keys, or change that shortcut first.",
        { exact: true },
      )
      .last(),
  );
  await page.keyboard.press("q");
  await see(page.getByText(/^Q is used for typing\./u).last());
  await expectAccessible(anna, "a shortcut that waits for keys");
  await page.keyboard.press("F8");
  await see(keysOf(accept, "F8"));
  await expectFocusVisible(anna, "F8");
  await expectAccessible(anna, "a shortcut with other keys");

  // Escape keeps the old keys, and Tab moves on.
  await keysOf("Decline the next offer", "Alt+X").focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await see(keysOf("Decline the next offer", "Alt+X"));
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await see(keysOf("Decline the next offer", "Alt+X"));

  // The dialog of shortcuts shows the new keys, also after a reload.
  await page.reload();
  await see(page.getByRole("navigation", { name: anna.words.rail }));
  await page.keyboard.press("Control+/");
  const row = page.getByRole("dialog").locator("dl > div").filter({ hasText: accept });
  await see(row.getByText("F8", { exact: true }));
  await page.keyboard.press("Escape");
  await gone(page.getByRole("dialog"));

  await carla.writes("Is my bicycle ready?");
  await anna.rings("Carla");
  await page.keyboard.press("Alt+a");
  await page.keyboard.press("F8");
  await anna.sees("Carla");

  // The default keys can be restored one by one or all at once.
  await anna.show("settings");
  await page.getByRole("button", { name: `${accept}: restore Alt+A` }).focus();
  await page.keyboard.press("Enter");
  await see(keysOf(accept, "Alt+A"));
  await expectFocusVisible(anna, "restoring Alt+A");
  await keysOf("Next pane", "F6").focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("F9");
  await see(keysOf("Next pane", "F9"));
  await page.getByRole("button", { name: "Restore all defaults" }).focus();
  await page.keyboard.press("Enter");
  await see(keysOf("Next pane", "F6"));
  await gone(page.getByRole("button", { name: "Restore all defaults" }));
  await expectFocusVisible(anna, "restoring all keys");
  expect(await page.evaluate(() => JSON.parse(localStorage.getItem("deskbell.screen") ?? "{}").keys)).toEqual({});
});
