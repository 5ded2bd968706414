import { expect, it } from "vitest";

import { isEmojiOnly } from "../../state/transcript";
import { EMOJI, findEmoji } from "./emoji";

const signs = (words: string): string[] => findEmoji(words).flatMap(({ all }) => all.map(({ sign }) => sign));

it("every entry is one emoji, has names in both languages, and occurs once", () => {
  const all = EMOJI.flatMap((group) => group.all);
  for (const { sign, names } of all) {
    expect(isEmojiOnly(sign), sign).toBe(true);
    expect(names.en, sign).not.toBe("");
    expect(names.de, sign).not.toBe("");
  }
  expect(new Set(all.map(({ sign }) => sign)).size).toBe(all.length);
  expect(all.length).toBeGreaterThanOrEqual(120);
});

it("are found by English and German names, without regard to case", () => {
  expect(signs("parcel")).toEqual(["📦"]);
  expect(signs("PAKET")).toEqual(["📦"]);
  expect(signs("blumenstrauss")).toEqual(["💐"]);
  expect(signs("red heart")).toEqual(["❤️"]);
  expect(signs("xyzzy")).toEqual([]);
});
