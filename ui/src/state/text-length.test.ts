import { describe, expect, it } from "vitest";

import cases from "../../../crates/protocol/tests/text_length.json";
import type { TextUnit } from "../bindings/TextUnit";
import { checkLength, endOfFit, measure } from "./text-length";

const UNITS: readonly TextUnit[] = ["characters", "utf16", "sms_segments"];

describe("the length of a text", () => {
  it.each(cases)("equals the shared cases: $text × $times", ({ text, times = 1, ...expected }) => {
    const whole = text.repeat(times);
    expect(Object.fromEntries(UNITS.map((unit) => [unit, measure(whole, unit)]))).toEqual(expected);
  });
});

it("counts an emoji as one character", () => {
  expect(measure("🎉".repeat(4096), "characters")).toBe(4096);
  expect(measure("x".repeat(4097), "characters")).toBe(4097);
});

describe("the end of the part that fits", () => {
  const TEXTS = [
    "a".repeat(700),
    "ж".repeat(300),
    "€".repeat(300),
    "👋".repeat(200),
    `${"a".repeat(150)}ж${"a".repeat(300)}`,
  ];

  it.each(UNITS)("is as far as the limit allows, and never inside a character (%s)", (unit) => {
    for (const text of TEXTS) {
      for (const max of unit === "sms_segments" ? [1, 2, 3] : [1, 2, 67, 160]) {
        const end = endOfFit(text, 0, { max, unit });
        const part = text.slice(0, end);
        const isAlone = Array.from(part).length === 1;
        expect(measure(part, unit) <= max || isAlone, `${part.length} of ${max}`).toBe(true);
        expect(part, "no half of a surrogate pair").not.toMatch(/[\uD800-\uDFFF]/u);
        const more = text.slice(0, end + ((text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1));
        if (end < text.length) expect(measure(more, unit), `more than ${part.length}`).toBeGreaterThan(max);
      }
    }
  });

  it("is the end of the text where all of it fits", () => {
    expect(endOfFit("Hello", 1, { max: 10, unit: "characters" })).toBe(5);
    expect(endOfFit("", 0, { max: 10, unit: "sms_segments" })).toBe(0);
  });
});

describe("the check of a draft", () => {
  const CHARACTERS = { max: 4096, unit: "characters" as const };
  const SEGMENTS = { max: 10, unit: "sms_segments" as const };

  it("reports the length near the limit, and how far it is exceeded", () => {
    expect(checkLength("x".repeat(3800), CHARACTERS).near).toBe(false);
    expect(checkLength("x".repeat(3801), CHARACTERS)).toEqual({ length: 3801, over: -295, near: true });
    expect(checkLength("🚲".repeat(4097), CHARACTERS)).toEqual({ length: 4097, over: 1, near: true });
  });

  it("reports segments as soon as there are several", () => {
    expect(checkLength("x".repeat(160), SEGMENTS).near).toBe(false);
    expect(checkLength("x".repeat(161), SEGMENTS)).toEqual({ length: 2, over: -8, near: true });
  });

  it("allows every length where no limit is known", () => {
    expect(checkLength("x".repeat(9000), null)).toEqual({ length: 0, over: 0, near: false });
  });
});
