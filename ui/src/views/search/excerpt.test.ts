import { expect, it } from "vitest";

import { excerpt } from "./excerpt";

const shown = (text: string, words: string): string =>
  excerpt(text, words)
    .map((part) => (part.hit ? `[${part.text}]` : part.text))
    .join("");

it("marks every word where it begins, whatever its case", () => {
  expect(shown("The third floor, without a lift. Floors are high.", "third fl")).toBe(
    "The [third] [fl]oor, without a lift. [Fl]oors are high.",
  );
});

it("cuts a long text to the surroundings of the first word", () => {
  const text = `${"before ".repeat(60)}needle ${"after ".repeat(60)}`;
  const cut = shown(text, "needle");
  expect(cut).toContain("[needle]");
  expect(cut.startsWith("… ")).toBe(true);
  expect(cut.length).toBeLessThan(260);
});

it("takes words that mean something to patterns as they are", () => {
  expect(shown("Cost (net) is 5.00*", "(net)")).toBe("Cost ([net]) is 5.00*");
  expect(shown("plain", "***")).toBe("plain");
});
