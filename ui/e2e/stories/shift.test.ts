import { expect } from "vitest";

import { Ear } from "../support/screen-reader";
import { focused, focusIsSeen, tabTo } from "../support/focus";
import { gone, see, until } from "../support/wait";
import { story } from "../support/testbed";

const DISPOSITIONS = [
  ["Sales", "Bicycle sold"],
  ["Sales", "No interest"],
  ["Workshop", "Repair booked"],
  ["Workshop", "Repair done"],
];

story(
  "a whole shift without a mouse: ready, accept, reply, disposition, note, end, done, next",
  { agents: ["Anna"], dispositions: DISPOSITIONS },
  async (world) => {
    const [carla, deniz] = [world.customer("Carla"), world.customer("Deniz")];
    const anna = await world.desk("Anna");
    const { page } = anna;
    await anna.is("Not Ready");
    const ear = await Ear.at(anna);
    /** After every step the keyboard is somewhere, in view and marked. */
    const press = async (key: string, then?: () => Promise<unknown>): Promise<void> => {
      await page.keyboard.press(key);
      await then?.();
      await focusIsSeen(anna, key);
    };
    /** The same, typed: every letter must arrive where it was meant for. */
    const type = async (words: string): Promise<void> => {
      await page.keyboard.type(words);
      await focusIsSeen(anna, `typing ${words}`);
    };

    await press("F6");
    await press("Alt+r", () => anna.is("Ready"));

    // The offer is said once, with the key that takes it.
    await carla.writes("Is my bicycle ready?");
    await anna.rings("Carla");
    await until("the offer is said", async () => (await ear.times(/New offer: Carla on WhatsApp/u)) > 0);
    await press("Alt+a", () => anna.sees("Carla"));
    await until("the composer has the focus", async () => (await focused(anna)).includes("Message to Carla"));
    await type("Yes, it is.");
    await press("Enter", () => carla.waitsFor("Yes, it is."));

    // What Carla writes is said once, and takes nobody out of their sentence.
    await type("You can");
    await carla.writes("Wonderful!");
    await until("the message is said", async () => (await ear.times(/^Carla: Wonderful!$/u)) > 0);
    expect(await focused(anna)).toContain("Message to Carla");
    await type(" come until six.");
    await press("Enter", () => carla.waitsFor("You can come until six."));

    // Done is refused without a disposition, and the keyboard is led to it.
    await press("Alt+c", () => see(anna.button("Mark Done")));
    await press("Alt+c", () =>
      see(page.getByText("Choose one first: without a disposition this interaction cannot be Done.")),
    );
    const disposition = page.getByRole("combobox", { name: /^Disposition/u });
    await until("the disposition has the focus", () => disposition.evaluate((it) => it === document.activeElement));

    // Search as you type, down to the one that fits, and Enter.
    await focusIsSeen(anna, "being led to the disposition");
    await page.keyboard.type("repair");
    await until(
      "what fits is listed",
      async () => (await page.getByRole("option").allInnerTexts()).join() === "Repair booked,Repair done",
    );
    await page.keyboard.press("ArrowDown");
    await press("Enter", () => gone(page.getByRole("listbox")));
    await until("the choice stands", async () => (await disposition.inputValue()).endsWith("Repair done"));

    // The note, beside it.
    await tabTo(anna, "Note");
    await type("Paid in cash.");
    await see(page.getByText("Saved", { exact: true }));

    await press("Alt+c", () => gone(anna.button("Mark Done")));
    await gone(anna.entry("Carla"));

    // The next one, and the note of the last one is kept with it.
    await deniz.writes("Do you buy old bells?");
    await anna.rings("Deniz");
    await press("Alt+a", () => anna.sees("Deniz"));
    await until("the composer has the focus", async () => (await focused(anna)).includes("Message to Deniz"));
    await type("Gladly.");
    await press("Enter", () => deniz.waitsFor("Gladly."));
    // An End by mistake is taken back by a key.
    await press("Alt+c", () => see(anna.button("Mark Done")));
    await press("Alt+z", () => see(anna.button("End")));
    await press("Alt+r", () => anna.is("Not Ready"));

    // Everything that came was said, each once.
    for (const words of [/New offer: Carla/u, /New offer: Deniz/u, /^Carla: Wonderful!$/u]) {
      expect(await ear.times(words), String(words)).toBe(1);
    }
    const heard = await ear.heard();
    expect(
      heard.filter((one) => one.startsWith("Carla: Is my bicycle")),
      "what was read when it was opened is not said again",
    ).toEqual([]);
  },
);

story(
  "an offer cannot be answered without a connection, and says why; afterwards it can",
  { agents: ["Anna"] },
  async (world) => {
    const carla = world.customer("Carla");
    const anna = await world.desk("Anna");
    await anna.becomesReady();
    await carla.writes("Hello?");
    await anna.rings("Carla");
    const accept = anna.button("Accept Carla");
    await tabTo(anna, "Accept Carla");
    await world.hub.stop();
    await see(anna.offer("Carla").getByText("Without a connection this cannot be answered."));
    expect(await accept.getAttribute("aria-disabled")).toBe("true");
    await focusIsSeen(anna, "the cut");
    expect(await focused(anna), "the keyboard stays where it was").toContain("Accept Carla");
    await anna.page.keyboard.press("Enter");
    await anna.page.keyboard.press("Alt+a");
    await anna.page.keyboard.press("Alt+x");
    expect(await anna.page.getByRole("alert").count(), "nothing to complain about").toBe(0);
    await world.hub.start();
    await gone(anna.offer("Carla").getByText("Without a connection this cannot be answered."));
    await anna.accepts("Carla");
  },
);
