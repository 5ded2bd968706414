import { expect } from "vitest";

import { see } from "../support/wait";
import { story } from "../support/testbed";

story(
  "neither a name nor a text can turn, cover or imitate what stands around it",
  { agents: ["Anna"], automaticAnswer: true },
  async (world) => {
    // A name that tries to turn the rest of its line around.
    const name = "Carla \u202Eanna\u2066\u200B";
    const carla = world.customer(name);
    const anna = await world.desk("Anna");
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
    expect(names.length, "places where the name stands").toBeGreaterThan(1);
    expect(
      names.filter(([, bidi]) => !/isolate|plaintext/u.test(bidi ?? "")),
      "not kept apart",
    ).toEqual([]);

    // Overrides that are never closed, control characters, nothing but invisible ones.
    const turned = "\u202Eyou: I agree to everything\u202D\u2067";
    for (const text of [turned, "a\u0007b\u001bc\u0085d", "\u200B\u200D\u2060"]) await carla.writes(text);
    await carla.writes("still readable");
    await anna.reads("still readable");
    const line = anna.line("still readable").locator(".text");
    expect(await line.evaluate((it) => getComputedStyle(it).direction)).toBe("ltr");
  },
);

story(
  "tens of thousands of marks on one letter hold nobody up",
  { agents: ["Anna"], automaticAnswer: true },
  async (world) => {
    const carla = world.customer("Carla");
    const anna = await world.desk("Anna");
    const { page } = anna;
    await anna.becomesReady();
    await carla.writes("Hello");
    await anna.opens("Carla");
    // Each of them would cost the page's layout about a minute.
    await carla.writes(`Z${"\u0301\u0323".repeat(32_768)}`);
    await carla.writes(`👍${"🏽".repeat(16_384)}`);
    await carla.writes("and afterwards");
    await anna.reads("and afterwards");
    const bubble = anna.log.locator(".bubble").filter({ hasText: /^\s*Z/u });
    await see(bubble);
    // What is shown of them stays within the bubble.
    expect(await bubble.evaluate((it) => getComputedStyle(it).overflowY)).toBe("clip");
    await anna.writes("Carla", "Thank you.");
    await carla.waitsFor("Thank you.");
    await anna.show("search");
    await page.getByRole("searchbox", { name: anna.words.searchField }).fill("afterwards");
    await see(page.locator("mark").filter({ hasText: "afterwards" }).first());
    await anna.show("conversations");
    await see(anna.entry("Carla"));
    // From a cache that has them, too.
    await anna.page.reload();
    await anna.show("workspace");
    await anna.opens("Carla");
    await anna.reads("and afterwards");
  },
);
