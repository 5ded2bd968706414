import { expect, it } from "vitest";

import { chooseLanguage, loadLanguage } from "../../i18n/index.svelte";
import { deliveryText } from "./message-text";

it("a tick shows its time, with the day if that differs from its line's", async () => {
  const at = new Date(2026, 10, 20, 13, 58).getTime();
  const read = { delivery: "read" as const, state_at: new Date(2026, 10, 20, 14, 5).getTime(), at };
  chooseLanguage("de");
  await loadLanguage();
  expect(deliveryText(read)).toBe("Gelesen 14:05");
  expect(deliveryText({ ...read, state_at: new Date(2026, 10, 22, 9, 30).getTime() })).toBe("Gelesen 22. Nov., 09:30");
  chooseLanguage("en");
  expect(deliveryText(read)).toMatch(/^Read (14:05|02:05\sPM)$/u);
  expect(deliveryText({ ...read, state_at: null })).toBe("Read");
});
