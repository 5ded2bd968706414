import { expect, test } from "vitest";

import { limitCombiningMarks } from "./combining-marks";

const pile = (mark: string): string => mark.repeat(65_536 / mark.length);

test("a letter with tens of thousands of marks keeps as many as can be read", () => {
  for (const mark of ["\u0301", "\u0301\u0323", "\u0e31", "\u200d", "\u0301\u200d", "🏽"]) {
    const shown = limitCombiningMarks(`Z${pile(mark)} and on`);
    expect(Array.from(shown), mark).toHaveLength("Z and on".length + 16);
    expect(shown.endsWith(" and on")).toBe(true);
  }
});

test("ordinary text is not changed", () => {
  const texts = [
    "Straße, naïve, Çağrı",
    "שָׁלוֹם עֲלֵיכֶם",
    "นี้ที่นั่น ".repeat(40),
    "हिन्दी में ".repeat(40),
    "👨‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿👍🏽👍🏽👍🏽🏳️‍🌈".repeat(40),
    "Ź̷̛͔a̷l̸g̵o",
  ];
  for (const text of texts) expect(limitCombiningMarks(text)).toBe(text);
});

test("every nested text is limited, and an object without changes is returned itself", () => {
  const plain = { seq: 1, texts: ["a", "b"], none: null };
  expect(limitCombiningMarks(plain)).toBe(plain);
  const said = { event: { messages: [{ body: `Z${pile("\u0301")}`, at: 5 }] } };
  const shown = limitCombiningMarks(said);
  expect(shown.event.messages[0]?.at).toBe(5);
  expect(shown.event.messages[0]?.body).toHaveLength(17);
  expect(said.event.messages[0]?.body, "the value given stays").toHaveLength(65_537);
});
