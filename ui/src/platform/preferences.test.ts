import { expect, it } from "vitest";

import { understood, USUAL } from "./preferences";

it("keeps what makes sense and takes the usual for the rest", () => {
  const kept = { density: "compact", zoom: 125, panel: false, sends: "ctrl_enter" };
  expect(understood(kept)).toEqual({ ...kept, order: "need", keys: {} });
  expect(understood({ density: "tiny", zoom: 1000, panel: "yes" })).toEqual(USUAL);
  expect(understood({ zoom: "125" }).zoom).toBe(100);
  expect(understood("nonsense")).toEqual(USUAL);
  expect(understood(null)).toEqual(USUAL);
});

it("keeps the keys of every agent of this desktop", () => {
  expect(understood({ keys: { anna: { accept: "F8", decline: 8 }, ben: "F9" } }).keys).toEqual({
    anna: { accept: "F8" },
    ben: {},
  });
  expect(understood({ keys: "F8" }).keys).toEqual({});
});

it("keeps the order of the list, if there is such an order", () => {
  expect(understood({ order: "soonest" }).order).toBe("soonest");
  expect(understood({ order: "loudest" }).order).toBe("need");
});
