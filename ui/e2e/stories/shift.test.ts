import { expect } from "vitest";

import { ScreenReader } from "../support/screen-reader";
import { focused, expectFocusVisible, tabTo } from "../support/focus";
import { gone, see, until } from "../support/wait";
import { story } from "../support/testbed";

const DISPOSITIONS = [
  ["Sales", "Bicycle sold"],
  ["Sales", "No interest"],
  ["Workshop", "Repair booked"],
  ["Workshop", "Repair done"],
];

story(
  "a shift by keyboard: ready, accept, reply, disposition, note, end, done, next",
  { agents: ["Anna"], dispositions: DISPOSITIONS },
  async (testbed) => {
    const [carla, deniz] = [testbed.customer("Carla"), testbed.customer("Deniz")];
    const anna = await testbed.agent("Anna");
    const { page } = anna;
    await anna.is("Not Ready");
    const screenReader = await ScreenReader.attach(anna);
    /** Presses a key and checks the focus. */
    const press = async (key: string, then?: () => Promise<unknown>): Promise<void> => {
      await page.keyboard.press(key);
      await then?.();
      await expectFocusVisible(anna, key);
    };
    /** Types and checks the focus. */
    const type = async (words: string): Promise<void> => {
      await page.keyboard.type(words);
      await expectFocusVisible(anna, `typing ${words}`);
    };

    await press("F6");
    await press("Alt+r", () => anna.is("Ready"));

    // The offer is announced once, with the key that accepts it.
    await carla.writes("Is my bicycle ready?");
    await anna.rings("Carla");
    await until("the offer is announced", async () => (await screenReader.count(/New offer: Carla on WhatsApp/u)) > 0);
    await press("Alt+a", () => anna.sees("Carla"));
    await until("the composer has the focus", async () => (await focused(anna)).includes("Message to Carla"));
    await type("Yes, it is.");
    await press("Enter", () => carla.waitsFor("Yes, it is."));

    // A new message is announced once and does not move the focus.
    await type("You can");
    await carla.writes("Wonderful!");
    await until("the message is announced", async () => (await screenReader.count(/^Carla: Wonderful!$/u)) > 0);
    expect(await focused(anna)).toContain("Message to Carla");
    await type(" come until six.");
    await press("Enter", () => carla.waitsFor("You can come until six."));

    // Done requires a disposition, and the focus moves to it.
    await press("Alt+c", () => see(anna.button("Mark Done")));
    await press("Alt+c", () =>
      see(page.getByText("Choose a disposition first. It is required before an interaction can be Done.")),
    );
    const disposition = page.getByRole("combobox", { name: /^Disposition/u });
    await until("the disposition has the focus", () => disposition.evaluate((it) => it === document.activeElement));

    // Typing filters the dispositions.
    await expectFocusVisible(anna, "Done without a disposition");
    await page.keyboard.type("repair");
    await until(
      "matching dispositions are listed",
      async () => (await page.getByRole("option").allInnerTexts()).join() === "Repair booked,Repair done",
    );
    await page.keyboard.press("ArrowDown");
    await press("Enter", () => gone(page.getByRole("listbox")));
    await until("the choice is shown", async () => (await disposition.inputValue()).endsWith("Repair done"));

    // The note.
    await tabTo(anna, "Note");
    await type("Paid in cash.");
    await see(page.getByText("Saved", { exact: true }));

    await press("Alt+c", () => gone(anna.button("Mark Done")));
    await gone(anna.entry("Carla"));

    // The next interaction.
    await deniz.writes("Do you buy old bells?");
    await anna.rings("Deniz");
    await press("Alt+a", () => anna.sees("Deniz"));
    await until("the composer has the focus", async () => (await focused(anna)).includes("Message to Deniz"));
    await type("Gladly.");
    await press("Enter", () => deniz.waitsFor("Gladly."));
    // An End can be undone by a key.
    await press("Alt+c", () => see(anna.button("Mark Done")));
    await press("Alt+z", () => see(anna.button("End")));
    await press("Alt+r", () => anna.is("Not Ready"));

    // Every offer and message was announced once.
    for (const words of [/New offer: Carla/u, /New offer: Deniz/u, /^Carla: Wonderful!$/u]) {
      expect(await screenReader.count(words), String(words)).toBe(1);
    }
    const announcements = await screenReader.announcements();
    expect(
      announcements.filter((one) => one.startsWith("Carla: Is my bicycle")),
      "messages from before the conversation was opened are not announced",
    ).toEqual([]);
  },
);

story("an offer cannot be answered offline and says why; afterwards it can", { agents: ["Anna"] }, async (testbed) => {
  const carla = testbed.customer("Carla");
  const anna = await testbed.agent("Anna");
  await anna.becomesReady();
  await carla.writes("Hello?");
  await anna.rings("Carla");
  const accept = anna.button("Accept Carla");
  await tabTo(anna, "Accept Carla");
  await testbed.hub.stop();
  await see(anna.offer("Carla").getByText("Offers cannot be answered without a connection."));
  expect(await accept.getAttribute("aria-disabled")).toBe("true");
  await expectFocusVisible(anna, "the connection was lost");
  expect(await focused(anna), "the focus does not move").toContain("Accept Carla");
  await anna.page.keyboard.press("Enter");
  await anna.page.keyboard.press("Alt+a");
  await anna.page.keyboard.press("Alt+x");
  expect(await anna.page.getByRole("alert").count(), "no error is shown").toBe(0);
  await testbed.hub.start();
  await gone(anna.offer("Carla").getByText("Offers cannot be answered without a connection."));
  await anna.accepts("Carla");
});
