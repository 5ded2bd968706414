import { expect } from "vitest";

import { focused, focusIsSeen } from "../support/focus";
import { gone, see } from "../support/wait";
import { story } from "../support/testbed";

const PARAGRAPH = `${"We looked at every part of the bicycle. ".repeat(60)}That was the frame.`;
const SECOND = `${"Then we looked at the wheels as well. ".repeat(60)}That was all 🚲.`;
const LETTER = `${PARAGRAPH}\n\n${SECOND}`;

story(
  "what is too long for one message goes as two, in order, or is shortened: the agent chooses",
  { agents: ["Anna"], automaticAnswer: true },
  async (world) => {
    const carla = world.customer("Carla");
    const anna = await world.desk("Anna");
    const { page } = anna;
    await anna.becomesReady();
    await carla.writes("Please write me everything.");
    await anna.opens("Carla");
    const box = anna.composer("Carla");
    const choice = page.getByRole("dialog", { name: "Too long for one message. What shall be done with it?" });

    // Nothing is cut while it is written, and the box says how much is too much.
    await box.fill(LETTER);
    expect(await box.inputValue()).toBe(LETTER);
    await see(
      page.getByText(
        `${new Intl.NumberFormat("en-GB").format([...LETTER].length - 4096)} characters too long: WhatsApp takes 4,096 at most.`,
      ),
    );
    expect(await choice.count()).toBe(0);

    // First thought: shorten it. Nothing was sent, and she writes on where she was.
    await box.press("Enter");
    await see(choice);
    await focusIsSeen(anna, "being asked");
    await page.keyboard.press("Tab");
    expect(await focused(anna)).toContain("Shorten it");
    await page.keyboard.press("Enter");
    await gone(choice);
    expect(await focused(anna)).toContain("Message to Carla");
    expect(await box.inputValue()).toBe(LETTER);

    // Asked again, she lets it go in two.
    await page.keyboard.press("Control+End");
    await page.keyboard.press("Enter");
    await see(choice);
    expect(await focused(anna)).toContain("Send as 2 messages");
    await page.keyboard.press("Enter");
    await carla.waitsFor(SECOND);
    expect(await carla.got()).toEqual([PARAGRAPH, SECOND]);
    expect(await box.inputValue()).toBe("");
    expect(await focused(anna)).toContain("Message to Carla");

    // Without a connection the parts wait, each for itself, and go in the same order.
    await world.hub.stop();
    await see(anna.strip.getByText("No connection to the hub."));
    await box.fill("🚲".repeat(4096 + 3));
    await box.press("Enter");
    await page.keyboard.press("Enter");
    await anna.tickBecomes("🚲🚲🚲", anna.words.waits);
    await world.hub.start();
    await carla.waitsFor("🚲🚲🚲");
    expect((await carla.got()).slice(2).map((text) => [...text].length)).toEqual([4096, 3]);

    // More than anybody would read is not offered in parts.
    await box.fill("word ".repeat(20_000));
    await box.press("Enter");
    await see(page.getByText("This is too much to send. Shorten it."));
    expect(await anna.button("Shorten it").count()).toBe(1);
    expect(await page.getByRole("button", { name: /^Send as/u }).count()).toBe(0);
    await page.keyboard.press("Escape");
    expect(await focused(anna)).toContain("Message to Carla");
    expect(await carla.got()).toHaveLength(4);
  },
);
