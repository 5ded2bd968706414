import { describe, expect, it } from "vitest";

import type { ContactView } from "../bindings/ContactView";
import { newerRow, numbersOf, listContacts, activeConversation } from "./contact-list";
import { at, conversation, NOW } from "../../fixture/rows";

const HOUR = 3_600_000;
const view = (name: string, conversations: ContactView["conversations"]): ContactView => ({
  contact: { id: name, name, named: true, attributes: [], phones: [], emails: [], version: 1 },
  conversations,
  assigned: true,
  until: null,
});
const names = (rows: readonly { view: ContactView }[]): string[] => rows.map((row) => row.view.contact.name);

describe("assigned contacts", () => {
  const carla = view("Carla", [
    conversation("carla", { last_position: at(10), window_until: NOW + HOUR, unread: 2 }),
    conversation("carla-2", { last_position: at(5), unread: 1, draft: "Dear Carla" }),
  ]);
  const deniz = view("Deniz", [conversation("deniz", { last_position: at(20), window_until: NOW + 9 * HOUR })]);
  const elif = view("Elif", [conversation("elif", { last_position: at(30), window_until: NOW - HOUR })]);
  const rosa = view("Rosa", []);

  it("are sorted by the newest message, or by the window that closes soonest", () => {
    expect(names(listContacts([carla, rosa, deniz, elif], new Map(), "newest", NOW))).toEqual([
      "Elif",
      "Deniz",
      "Carla",
      "Rosa",
    ]);
    expect(names(listContacts([elif, deniz, carla], new Map(), "soonest", NOW))).toEqual(["Carla", "Deniz", "Elif"]);
  });

  it("count unread messages and show a draft over all channels", () => {
    expect(listContacts([carla], new Map(), "newest", NOW)[0]).toMatchObject({
      unread: 3,
      draft: "Dear Carla",
      lead: { id: "carla" },
    });
  });

  it("show the cached row when it is newer than the list", () => {
    const known = new Map([["deniz", conversation("deniz", { preview: "Just now", version: 7, unread: 1 })]]);
    expect(listContacts([deniz], known, "newest", NOW)[0]?.lead?.preview).toBe("Just now");
  });
});

describe("a contact's channels", () => {
  const one = conversation("one", { address: "+34 600 555 018" });
  const two = conversation("two", { address: "+34600555018", account: "returns" });

  it("are grouped by number, and numbers without a channel follow", () => {
    const contact = {
      id: "c",
      name: "Carla",
      named: true,
      attributes: [],
      phones: ["+34600555018", "+34600555077"],
      emails: [],
      version: 1,
    };
    const lines = numbersOf({ contact, conversations: [one, two], assigned: true, until: null, same: [] }, [one, two]);
    expect(lines.map((line) => [line.number, line.channels.map((row) => row.id)])).toEqual([
      ["+34 600 555 018", ["one", "two"]],
      ["+34600555077", []],
    ]);
  });

  it("the selected one is the chosen one, else the one with the newest message", () => {
    expect(activeConversation([one, two], "two")?.id).toBe("two");
    expect(activeConversation([one, two], "somebody else's")?.id).toBe("one");
    expect(activeConversation([], null)).toBeNull();
  });

  it("keep the fields of this desktop when the hub's row is newer", () => {
    const here = conversation("one", { draft: "Dear", unread: 4, version: 1 });
    const row = conversation("one", { preview: "New", version: 2 });
    expect(newerRow(row, here)).toMatchObject({ preview: "New", draft: "Dear", unread: 4 });
  });
});
