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

describe("changing a contact", () => {
  it("sends only what differs, with what was seen", () => {
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

  it("gives an emptied name back to the channel, but not one that is the channel's anyway", () => {
    expect(editsOf(CARLA, { ...formOf(CARLA), name: "" })).toEqual([
      { field: { field: "name" }, was: "Carla", becomes: null },
    ]);
    expect(editsOf({ ...CARLA, named: false }, { ...formOf(CARLA), name: "" })).toEqual([]);
  });
});

describe("an attribute under a name that there is already", () => {
  const attributes = (...more: { key: string; was: string | null; value: string }[]) => ({
    ...formOf(CARLA),
    attributes: [...formOf(CARLA).attributes, ...more],
  });

  it("is noticed before it is sent, for nobody changed anything meanwhile", () => {
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

  it("may take the place of one that was taken away", () => {
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

describe("two agents change a contact at once", () => {
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

  it("asks about the fields that both changed, each to something else", () => {
    expect(findConflicts(edits, bens).map(({ edit, theirs }) => [edit.becomes, theirs])).toEqual([
      ["Madrid", "Alicante"],
      ["+34600555099", null],
    ]);
  });

  it("saves mine on top of theirs where I insist, theirs where I do not, and the rest as written", () => {
    const [city] = findConflicts(edits, bens);
    const mine = new Set(city ? [city.edit] : []);
    expect(resolveConflicts(edits, bens, mine)).toEqual([
      { field: { field: "name" }, was: "Carla", becomes: "Carla M." },
      { field: { field: "attribute", key: "city" }, was: "Alicante", becomes: "Madrid" },
    ]);
  });
});
