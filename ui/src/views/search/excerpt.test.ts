import { expect, it } from "vitest";

import { excerpt, markHits } from "./excerpt";

const shown = (text: string, words: string): string =>
  excerpt(text, words)
    .map((part) => (part.hit ? `[${part.text}]` : part.text))
    .join("");

it("marks every word where it starts, without regard to case", () => {
  expect(shown("The third floor, without a lift. Floors are high.", "third fl")).toBe(
    "The [third] [fl]oor, without a lift. [Fl]oors are high.",
  );
});

it("cuts a long text to the part around the first word", () => {
  const text = `${"before ".repeat(60)}needle ${"after ".repeat(60)}`;
  const cut = shown(text, "needle");
  expect(cut).toContain("[needle]");
  expect(cut.startsWith("… ")).toBe(true);
  expect(cut.length).toBeLessThan(260);
});

it("matches special characters of patterns literally", () => {
  expect(shown("Cost (net) is 5.00*", "(net)")).toBe("Cost ([net]) is 5.00*");
  expect(shown("plain", "***")).toBe("plain");
});

it("matches words without regard to accents, and anywhere in text without spaces", () => {
  expect(shown("Élodie aime les Größen", "elodie gross")).toBe("[Élodie] aime les [Größ]en");
  expect(shown("東京株式会社です", "株式")).toBe("東京[株式]会社です");
});

const marked = (text: string, words: string): string =>
  markHits(text, words)
    .map((part) => (part.hit ? `[${part.text}]` : part.text))
    .join("");

it.each([
  ["ell", "A bell. BELLS!", "A b[ell]. B[ELL]S!"],
  ["grosse", "Welche Größe?", "Welche [Größe]?"],
  ["s", "Größe", "Grö[ß]e"],
  ["elodie", "Merci, Élodie", "Merci, [Élodie]"],
  ["elodie", "Merci, E\u0301lodie\u0301!", "Merci, [E\u0301lodie\u0301]!"],
  ["desk", "ＤＥＳＫ 3", "[ＤＥＳＫ] 3"],
  ["istanbul", "İstanbul", "[İstanbul]"],
  ["ab bc", "abc", "[abc]"],
  ["(net) 5.0", "Cost (net) is 5.00*", "Cost [(net)] is [5.0]0*"],
  ["株式", "東京株式会社です", "東京[株式]会社です"],
  ["درا", "هل الدراجة جاهزة؟", "هل ال[درا]جة جاهزة؟"],
  ["שלום", "אמרתי שלום לך", "אמרתי [שלום] לך"],
  ["😀", "ok 👍😀", "ok 👍[😀]"],
  ["", "plain", "plain"],
  ["plain", "", ""],
])("marks “%s” where the hub finds it", (words, text, expected) => {
  expect(marked(text, words)).toBe(expected);
});
