import { describe, expect, it } from "vitest";

import type { Contact } from "../bindings/Contact";
import { findConflicts, resolveConflicts, editsOf, formOf, findDuplicateAttribute } from "./contact-edits";

const CARLA: Contact = {
  id: "carla",
  name: "Carla",
  named: true,
  attributes: [
    { key: "city", value: "Valencia" },
    { key: "tier", value: "gold" },
  ],
  phones: ["+34600555018"],
  emails: ["carla@example.org"],
  version: 1,
};

describe("editing a contact", () => {
  it("sends only the changed fields, with the values that were shown", () => {
    const form = formOf(CARLA);
    expect(editsOf(CARLA, form)).toEqual([]);
    const edits = editsOf(CARLA, {
      name: " Carla Mendes ",
      attributes: [
        { key: "city", was: "Valencia", value: "Madrid" },
        { key: "tier", was: "gold", value: "" },
        { key: "", was: null, value: "lost" },
      ],
      phones: [...form.phones, { was: null, value: " +34 600 555 077 " }],
      emails: [],
    });
    expect(edits).toEqual([
      { field: { field: "name" }, was: "Carla", becomes: "Carla Mendes" },
      { field: { field: "attribute", key: "city" }, was: "Valencia", becomes: "Madrid" },
      { field: { field: "attribute", key: "tier" }, was: "gold", becomes: null },
      { field: { field: "phone" }, was: null, becomes: "+34 600 555 077" },
    ]);
  });

  it("resets an emptied name to the channel's, but not one that is the channel's already", () => {
    expect(editsOf(CARLA, { ...formOf(CARLA), name: "" })).toEqual([
      { field: { field: "name" }, was: "Carla", becomes: null },
    ]);
    expect(editsOf({ ...CARLA, named: false }, { ...formOf(CARLA), name: "" })).toEqual([]);
  });
});

describe("an attribute with a name that exists already", () => {
  const attributes = (...more: { key: string; was: string | null; value: string }[]) => ({
    ...formOf(CARLA),
    attributes: [...formOf(CARLA).attributes, ...more],
  });

  it("is detected before it is sent, since it is not a conflict", () => {
    expect(findDuplicateAttribute(attributes({ key: " city ", was: null, value: "Madrid" }))).toBe("city");
    expect(
      findDuplicateAttribute(
        attributes(
          { key: "", was: null, value: "a" },
          { key: "", was: null, value: "b" },
          { key: "shoe size", was: null, value: "39" },
        ),
      ),
    ).toBeNull();
  });

  it("may replace one that was removed", () => {
    const form = formOf(CARLA);
    expect(
      findDuplicateAttribute({
        ...form,
        attributes: [
          { key: "city", was: "Valencia", value: "" },
          { key: "city", was: null, value: "Madrid" },
        ],
      }),
    ).toBeNull();
  });
});

describe("two agents edit a contact at once", () => {
  const edits = editsOf(CARLA, {
    ...formOf(CARLA),
    name: "Carla M.",
    attributes: [
      { key: "city", was: "Valencia", value: "Madrid" },
      { key: "tier", was: "gold", value: "silver" },
    ],
    phones: [{ was: "+34600555018", value: "+34600555099" }],
  });
  const bens: Contact = {
    ...CARLA,
    attributes: [
      { key: "city", value: "Alicante" },
      { key: "tier", value: "silver" },
    ],
    phones: ["+34600555011"],
    version: 2,
  };

  it("asks about the fields that both changed to different values", () => {
    expect(findConflicts(edits, bens).map(({ edit, theirs }) => [edit.becomes, theirs])).toEqual([
      ["Madrid", "Alicante"],
      ["+34600555099", null],
    ]);
  });

  it("saves the chosen value of each conflict, and the other edits unchanged", () => {
    const [city] = findConflicts(edits, bens);
    const mine = new Set(city ? [city.edit] : []);
    expect(resolveConflicts(edits, bens, mine)).toEqual([
      { field: { field: "name" }, was: "Carla", becomes: "Carla M." },
      { field: { field: "attribute", key: "city" }, was: "Alicante", becomes: "Madrid" },
    ]);
  });
});
