import { expect, it } from "vitest";

import { caseFacts } from "./case-facts";

const KNOWN = [
  { key: "profile.name", value: "Carla" },
  { key: "referral.source_id", value: "120208742" },
  { key: "order", value: "4711" },
  { key: "referral.headline", value: "E-bikes for the weekend" },
];
const KEYS = [
  { key: "order", label: "Order", editable: true },
  { key: "tier", label: "Customer tier", editable: false },
  { key: "reason", label: "Reason", editable: true },
];

it("the hub's fields come first, in its order, then the other facts", () => {
  expect(caseFacts(KNOWN, KEYS, true).map(({ key, label, value }) => [key, label, value])).toEqual([
    ["order", "Order", "4711"],
    ["reason", "Reason", ""],
    ["profile.name", null, "Carla"],
    ["referral.headline", null, "E-bikes for the weekend"],
  ]);
});

it("only the agent who handles the interaction may edit fields", () => {
  expect(
    caseFacts(KNOWN, KEYS, true)
      .filter((fact) => fact.editable)
      .map((fact) => fact.key),
  ).toEqual(["order", "reason"]);
  const read = caseFacts(KNOWN, KEYS, false);
  expect(read.some((fact) => fact.editable)).toBe(false);
  expect(read.map((fact) => fact.key)).not.toContain("reason");
});
