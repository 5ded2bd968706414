import { describe, expect, it } from "vitest";

import { measure } from "../../state/text-length";
import { splitText } from "./split";

const LONGEST = 4096;
const count = (text: string): number => measure(text, "characters");
const split = (text: string, max = LONGEST) => splitText(text, { max, unit: "characters" });
const bodies = (text: string, longest?: number): string[] => split(text, longest).map((part) => part.body);

describe("a text that is too long for one message", () => {
  it("is split between paragraphs, else between sentences, else between words", () => {
    expect(bodies("First things first.\n\nThen the rest of it.", 25)).toEqual([
      "First things first.",
      "Then the rest of it.",
    ]);
    expect(bodies("It is ready. Come by soon.", 20)).toEqual(["It is ready.", "Come by soon."]);
    expect(bodies("準備ができました。明日どうぞ。", 12)).toEqual(["準備ができました。", "明日どうぞ。"]);
    expect(bodies("one two three four", 10)).toEqual(["one two", "three four"]);
  });

  it("is not left half empty for a better split", () => {
    expect(bodies("Hi.\n\naaaa bbbb cccc dddd", 20)).toEqual(["Hi.\n\naaaa bbbb cccc", "dddd"]);
  });

  it("is split anywhere when it has no spaces, and loses nothing", () => {
    const text = "x".repeat(2 * LONGEST + 7);
    expect(bodies(text).map((body) => body.length)).toEqual([LONGEST, LONGEST, 7]);
    expect(bodies(text).join("")).toBe(text);
  });

  it("is never split inside an emoji, a flag or a letter with its marks", () => {
    for (const sign of ["👨‍👩‍👧‍👦", "🇨🇭", "👍🏽", "e\u0301\u0323", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "1️⃣", "क्षि"]) {
      const own = [...sign].length;
      for (let longest = own; longest < own * 3; longest += 1) {
        const parts = bodies(sign.repeat(9), longest);
        expect(parts.join("")).toBe(sign.repeat(9));
        for (const part of parts) {
          expect(part.length % sign.length, `${sign} in ${longest}`).toBe(0);
          expect([...part].length).toBeLessThanOrEqual(longest);
        }
      }
    }
  });

  it("pairs flags as they are shown, however many there are", () => {
    const flags = "🇨🇭🇹🇷".repeat(3000);
    expect(bodies(flags).every((body) => [...body].length % 2 === 0 && body.startsWith("🇨🇭"))).toBe(true);
  });

  it("is split completely whatever it consists of", () => {
    // One letter with more marks than a message may have characters can only be cut.
    const marks = `a${"\u0301".repeat(65_536)}`;
    expect(bodies(marks).join("")).toBe(marks);
    expect(bodies(marks).every((body) => count(body) <= LONGEST)).toBe(true);
    expect(bodies(" ".repeat(3 * LONGEST))).toEqual([]);
    expect(bodies(`${"word ".repeat(2000)}\ud83d`).every((body) => count(body) <= LONGEST)).toBe(true);
  });

  it("has the start of each part, so that what was not sent can be restored in the field", () => {
    const text = "It is ready. Come by soon.";
    expect(split(text, 20).map((part) => text.slice(part.from))).toEqual([text, "Come by soon."]);
  });

  it("is split by the unit of its channel", () => {
    const segments = splitText("word ".repeat(500), { max: 10, unit: "sms_segments" });
    expect(segments).toHaveLength(2);
    expect(segments.every(({ body }) => measure(body, "sms_segments") <= 10)).toBe(true);
    expect(splitText("👋".repeat(67), { max: 2, unit: "sms_segments" }).map(({ body }) => count(body))).toEqual([
      66, 1,
    ]);
  });

  it("that fits is one part", () => {
    expect(bodies("  indented\n\n  text ", 40)).toEqual(["  indented\n\n  text"]);
  });
});
