import { expect } from "vitest";

import { see } from "../support/wait";
import { story } from "../support/testbed";

story(
  "bidirectional control characters in names and texts do not affect the text around them",
  { agents: ["Anna"], automaticAnswer: true },
  async (testbed) => {
    // A name with an override that would reverse the rest of its line.
    const name = "Carla \u202Eanna\u2066\u200B";
    const carla = testbed.customer(name);
    const anna = await testbed.agent("Anna");
    const { page } = anna;
    await anna.becomesReady();
    await carla.writes("Hello");
    await anna.entry("Carla").click();
    await anna.reads("Hello");
    const names = await page
      .getByText("Carla", { exact: false })
      .evaluateAll((all) =>
        all
          .filter((one) => one.children.length === 0 && (one.textContent ?? "").startsWith("Carla"))
          .map((one) => [one.tagName, getComputedStyle(one).unicodeBidi]),
      );
    expect(names.length, "elements that show the name").toBeGreaterThan(1);
    expect(
      names.filter(([, bidi]) => !/isolate|plaintext/u.test(bidi ?? "")),
      "elements without bidirectional isolation",
    ).toEqual([]);

    // Unclosed overrides, control characters, only invisible characters.
    const turned = "\u202Eyou: I agree to everything\u202D\u2067";
    for (const text of [turned, "a\u0007b\u001bc\u0085d", "\u200B\u200D\u2060"]) await carla.writes(text);
    await carla.writes("still readable");
    await anna.reads("still readable");
    const line = anna.line("still readable").locator(".text");
    expect(await line.evaluate((it) => getComputedStyle(it).direction)).toBe("ltr");
  },
);

story(
  "tens of thousands of combining marks do not block the page",
  { agents: ["Anna"], automaticAnswer: true },
  async (testbed) => {
    const carla = testbed.customer("Carla");
    const anna = await testbed.agent("Anna");
    const { page } = anna;
    await anna.becomesReady();
    await carla.writes("Hello");
    await anna.opens("Carla");
    // Each of them would take the layout about a minute.
    await carla.writes(`Z${"\u0301\u0323".repeat(32_768)}`);
    await carla.writes(`👍${"🏽".repeat(16_384)}`);
    await carla.writes("and afterwards");
    await anna.reads("and afterwards");
    const bubble = anna.log.locator(".bubble").filter({ hasText: /^\s*Z/u });
    await see(bubble);
    // They do not overflow the bubble.
    expect(await bubble.evaluate((it) => getComputedStyle(it).overflowY)).toBe("clip");
    await anna.writes("Carla", "Thank you.");
    await carla.waitsFor("Thank you.");
    await anna.show("search");
    await page.getByRole("searchbox", { name: anna.words.searchField }).fill("afterwards");
    await see(page.locator("mark").filter({ hasText: "afterwards" }).first());
    await anna.show("conversations");
    await see(anna.entry("Carla"));
    // Also when they come from the cache.
    await anna.page.reload();
    await anna.show("workspace");
    await anna.opens("Carla");
    await anna.reads("and afterwards");
  },
);
