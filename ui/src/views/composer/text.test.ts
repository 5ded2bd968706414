import { expect, it } from "vitest";

import { count, LONGEST } from "./text";

it("counts an emoji as one character", () => {
  expect(count("🎉".repeat(LONGEST))).toBe(LONGEST);
  expect(count("x".repeat(LONGEST + 1))).toBe(LONGEST + 1);
});
