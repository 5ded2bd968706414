import { beforeAll, expect, it } from "vitest";

import smsErrors from "../../../crates/channels/src/sms/errors.json";
import whatsappErrors from "../../../crates/channels/src/whatsapp/errors.json";
import type { Remedy } from "../bindings/Remedy";
import { de } from "./de";
import { en } from "./en";
import { chooseLanguage, m, loadLanguage, errorText, failureText } from "./index.svelte";
import { clockTime, dayName, span, timer } from "./time";

beforeAll(() => {
  chooseLanguage("de");
  return loadLanguage();
});

/** The paths of all texts. */
function paths(words: object, before = ""): string[] {
  return Object.entries(words).flatMap(([key, value]: [string, unknown]) =>
    typeof value === "object" && value !== null ? paths(value, `${before}${key}.`) : [`${before}${key}`],
  );
}

/** Texts that translate the hub's English ones, which are shown where there are none. */
const OPTIONAL = /^(?:errors|failures)\.|^unknownFailure$/u;

it("German has the texts that English has", () => {
  const shared = (words: object): string[] => paths(words).filter((path) => !OPTIONAL.test(path));
  expect(shared(de).sort()).toEqual(shared(en).sort());
});

it("a failure is shown in the page's language, and in the hub's English where there is no translation", () => {
  const failure = { reason: "whatsapp.131026", sentence: "Not delivered.", way_out: "nothing" as const };
  chooseLanguage("de");
  expect(failureText(failure)).toContain("Nicht zugestellt");
  expect(failureText({ ...failure, reason: "whatsapp.999999" })).toContain(
    "Nicht zugestellt. WhatsApp meldet den Code 999999",
  );
  expect(failureText({ ...failure, reason: "deskbell.newer" })).toBe("Not delivered.");
  expect(errorText({ code: "offer_gone", message: "Ben was faster." })).toContain("Angebot");
  chooseLanguage("en");
  expect(errorText({ code: "offer_gone", message: "Ben was faster." })).toBe("Ben was faster.");
});

const TABLES = { whatsapp: whatsappErrors, sms: smsErrors };

it.each(Object.entries(TABLES))("every failure of %s has a German text with its remedy", (channel, table) => {
  for (const { first, last, sentence, way_out } of table) {
    for (let code = first; code <= last; code += 1) {
      const failure = { reason: `${channel}.${code}`, sentence, way_out: way_out as Remedy };
      chooseLanguage("de");
      expect(de.failures[failure.reason], `the German sentence for ${code}`).toMatch(/\.$/u);
      const text = failureText(failure);
      expect(text, `${code}`).not.toMatch(/\b(?:the|message|was|not|your|this)\b/u);
      if (!/_again$|_notification$/u.test(way_out)) expect(text, `${code}`).toContain(de.remedy[failure.way_out]);
      chooseLanguage("en");
      expect(failureText(failure)).toBe(sentence);
    }
  }
  // And nothing is translated that the table does not have.
  const known = (code: number): boolean => table.some((line) => line.first <= code && code <= line.last);
  const codes = Object.keys(de.failures)
    .filter((reason) => reason.startsWith(`${channel}.`))
    .map((reason) => reason.slice(channel.length + 1));
  expect(codes.filter((code) => /^\d+$/u.test(code) && !known(Number(code)))).toEqual([]);
});

it("durations are short, and never negative", () => {
  chooseLanguage("en");
  expect([timer(42_000), timer(725_000), timer(-5)]).toEqual(["0:42", "12:05", "0:00"]);
  expect(timer(3 * 3_600_000 + 20 * 60_000)).toBe("3\u00a0h 20\u00a0min");
  expect(span(800)).toBe("1\u00a0s");
});

it("near days have names", () => {
  chooseLanguage("de");
  const now = new Date(2026, 10, 22, 0, 30).getTime();
  expect(dayName(now - 60_000, now)).toBe("Heute");
  expect(dayName(now - 3_600_000, now)).toBe("Gestern");
  expect(clockTime(new Date(2026, 10, 22, 9, 5).getTime())).toBe("09:05");
  expect(m().app).toBe("Deskbell");
});
