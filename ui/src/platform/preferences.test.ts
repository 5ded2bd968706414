import { expect, it } from "vitest";

import { parsePreferences, DEFAULTS } from "./preferences";

it("keeps valid values, and takes the defaults for the others", () => {
  const kept = { density: "compact", zoom: 125, panel: false, sends: "ctrl_enter" };
  expect(parsePreferences(kept)).toEqual({ ...kept, order: "need", keys: {} });
  expect(parsePreferences({ density: "tiny", zoom: 1000, panel: "yes" })).toEqual(DEFAULTS);
  expect(parsePreferences({ zoom: "125" }).zoom).toBe(100);
  expect(parsePreferences("nonsense")).toEqual(DEFAULTS);
  expect(parsePreferences(null)).toEqual(DEFAULTS);
});

it("keeps the key bindings of every agent of this desktop", () => {
  expect(parsePreferences({ keys: { anna: { accept: "F8", decline: 8 }, ben: "F9" } }).keys).toEqual({
    anna: { accept: "F8" },
    ben: {},
  });
  expect(parsePreferences({ keys: "F8" }).keys).toEqual({});
});

it("keeps the order of the list if it is a known one", () => {
  expect(parsePreferences({ order: "soonest" }).order).toBe("soonest");
  expect(parsePreferences({ order: "loudest" }).order).toBe("need");
});
