import { expect, it } from "vitest";

import { findDispositions, dispositionName } from "./dispositions";

const ALL = [
  { id: "solved", path: ["Solved"] },
  { id: "late", path: ["Delivery", "Late"] },
  { id: "size", path: ["Returns", "Wrong size"] },
  { id: "lost", path: ["Delivery", "Verloren, große Sendung"] },
];

it("are grouped under their parents, in the hub's order", () => {
  expect(findDispositions(ALL, "").map(({ parent, leaves }) => [parent.join(), leaves.map((leaf) => leaf.id)])).toEqual(
    [
      ["", ["solved"]],
      ["Delivery", ["late", "lost"]],
      ["Returns", ["size"]],
    ],
  );
});

it("are found by words of any level, without regard to accents, case and order", () => {
  const ids = (words: string): string[] =>
    findDispositions(ALL, words).flatMap((branch) => branch.leaves.map((leaf) => leaf.id));
  expect(ids("deliv")).toEqual(["late", "lost"]);
  expect(ids("GROSSE delivery")).toEqual(["lost"]);
  expect(ids("wrong sïze")).toEqual(["size"]);
  expect(ids("nothing of it")).toEqual([]);
});

it("one that the hub no longer lists is shown by its id", () => {
  expect(dispositionName(ALL, "size")).toBe("Returns › Wrong size");
  expect(dispositionName(ALL, "gone")).toBe("gone");
});
