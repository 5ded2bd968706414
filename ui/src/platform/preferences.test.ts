import { expect, it } from "vitest";

import { understood, USUAL } from "./preferences";

it("keeps what makes sense and takes the usual for the rest", () => {
  expect(understood({ density: "compact", zoom: 125, panel: false })).toEqual({ density: "compact", zoom: 125, panel: false });
  expect(understood({ density: "tiny", zoom: 1000, panel: "yes" })).toEqual(USUAL);
  expect(understood({ zoom: "125" }).zoom).toBe(100);
  expect(understood("nonsense")).toEqual(USUAL);
  expect(understood(null)).toEqual(USUAL);
});
