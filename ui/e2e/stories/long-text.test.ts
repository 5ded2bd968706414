import { expect } from "vitest";

import { focused, expectFocusVisible } from "../support/focus";
import { gone, see } from "../support/wait";
import { story } from "../support/testbed";

const PARAGRAPH = `${"We looked at every part of the bicycle. ".repeat(60)}That was the frame.`;
const SECOND = `${"Then we looked at the wheels as well. ".repeat(60)}That was all 🚲.`;
const LETTER = `${PARAGRAPH}\n\n${SECOND}`;

story(
  "a text that is too long for one message is split or shortened, as the agent chooses",
  { agents: ["Anna"], automaticAnswer: true },
  async (testbed) => {
    const carla = testbed.customer("Carla");
    const anna = await testbed.agent("Anna");
    const { page } = anna;
    await anna.becomesReady();
    await carla.writes("Please write me everything.");
    await anna.opens("Carla");
    const box = anna.composer("Carla");
    const choice = page.getByRole("dialog", { name: "Too long for one message. How should it be sent?" });

    // Nothing is cut off, and the counter shows how much is too much.
    await box.fill(LETTER);
    expect(await box.inputValue()).toBe(LETTER);
    await see(
      page.getByText(
        `${new Intl.NumberFormat("en-GB").format([...LETTER].length - 4096)} characters too long: WhatsApp allows 4,096 at most.`,
      ),
    );
    expect(await choice.count()).toBe(0);

    // Shorten it: nothing is sent, and the focus returns to the text.
    await box.press("Enter");
    await see(choice);
    await expectFocusVisible(anna, "opening the dialog");
    await page.keyboard.press("Tab");
    expect(await focused(anna)).toContain("Shorten it");
    await page.keyboard.press("Enter");
    await gone(choice);
    expect(await focused(anna)).toContain("Message to Carla");
    expect(await box.inputValue()).toBe(LETTER);

    // Asked again: it is sent as two messages.
    await page.keyboard.press("Control+End");
    await page.keyboard.press("Enter");
    await see(choice);
    expect(await focused(anna)).toContain("Send as 2 messages");
    await page.keyboard.press("Enter");
    await carla.waitsFor(SECOND);
    expect(await carla.got()).toEqual([PARAGRAPH, SECOND]);
    expect(await box.inputValue()).toBe("");
    expect(await focused(anna)).toContain("Message to Carla");

    // Offline the parts are queued and sent in order.
    await testbed.hub.stop();
    await see(anna.strip.getByText("No connection to the hub."));
    await box.fill("🚲".repeat(4096 + 3));
    await box.press("Enter");
    await page.keyboard.press("Enter");
    await anna.tickBecomes("🚲🚲🚲", anna.words.waits);
    await testbed.hub.start();
    await carla.waitsFor("🚲🚲🚲");
    expect((await carla.got()).slice(2).map((text) => [...text].length)).toEqual([4096, 3]);

    // Too many parts are not offered.
    await box.fill("word ".repeat(20_000));
    await box.press("Enter");
    await see(page.getByText("This is too long to send. Shorten it."));
    expect(await anna.button("Shorten it").count()).toBe(1);
    expect(await page.getByRole("button", { name: /^Send as/u }).count()).toBe(0);
    await page.keyboard.press("Escape");
    expect(await focused(anna)).toContain("Message to Carla");
    expect(await carla.got()).toHaveLength(4);
  },
);
