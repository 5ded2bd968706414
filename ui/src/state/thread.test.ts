import { describe, expect, it } from "vitest";

import { changes } from "../platform/changes";
import { at, interaction, message, outgoing } from "../../fixture/rows";
import { EMPTY_THREAD, positionBefore, threadLines, withChanges, withPage, type Thread } from "./thread";

const ours = new Set(["carla", "carla-sms"]);
const page = (places: number[], some: { older?: boolean; newer?: boolean } = {}) => ({
  messages: places.toReversed().map((place) => message(`m${place}`, place)),
  interactions: [],
  older: some.older ?? false,
  newer: some.newer ?? false,
});
const ids = (thread: Thread): string[] => thread.messages.map((one) => one.id);

describe("the transcript of a contact", () => {
  it("grows in both directions, in order and without duplicates", () => {
    let thread = withPage(EMPTY_THREAD, page([50, 60], { older: true, newer: true }), "replace", true);
    thread = withPage(thread, page([30, 40, 50], { older: true, newer: true }), "older", true);
    thread = withPage(thread, page([60, 70]), "newer", true);
    expect(ids(thread)).toEqual(["m30", "m40", "m50", "m60", "m70"]);
    expect([thread.older, thread.newer]).toEqual([true, false]);
  });

  it("is replaced by another part, and counts that", () => {
    const first = withPage(EMPTY_THREAD, page([900], { older: true }), "replace", true);
    const jumped = withPage(first, page([10, 20], { newer: true }), "replace", true);
    expect(ids(jumped)).toEqual(["m10", "m20"]);
    expect(jumped.replaced).toBe(first.replaced + 1);
  });

  it("is incomplete as soon as one page is", () => {
    let thread = withPage(EMPTY_THREAD, page([50], { older: true }), "replace", true);
    expect(thread.whole).toBe(true);
    thread = withPage(thread, page([40]), "older", false);
    expect(thread.whole).toBe(false);
  });

  it("appends new messages of every channel of the contact, and of no other contact", () => {
    let thread = withPage(EMPTY_THREAD, page([50]), "replace", true);
    thread = withChanges(
      thread,
      changes({
        messages: [message("sms", 60, { conversation: "carla-sms" }), message("deniz", 61, { conversation: "deniz" })],
      }),
      ours,
    );
    expect(ids(thread)).toEqual(["m50", "sms"]);
  });

  it("does not append new messages to a part that has later pages", () => {
    let thread = withPage(EMPTY_THREAD, page([50], { newer: true }), "replace", true);
    thread = withChanges(thread, changes({ messages: [message("new", 900)] }), ours);
    expect(ids(thread)).toEqual(["m50"]);
    thread = withChanges(thread, changes({ messages: [message("m50", 50, { delivery: "read", version: 9 })] }), ours);
    expect(thread.messages[0]?.delivery).toBe("read");
  });

  it("finds the position before a message", () => {
    expect(positionBefore(at(100))).toBe(at(99));
    expect(positionBefore(at(0))).toBe(at(0));
  });
});

describe("its dividers", () => {
  const said = (id: string, place: number, of: string | null) => message(id, place, { interaction: of });
  const thread = (older: boolean): Thread => ({
    ...EMPTY_THREAD,
    messages: [
      said("a", 1, "first"),
      said("b", 2, "first"),
      said("c", 3, "second"),
      said("d", 4, "first"),
      said("e", 5, null),
    ],
    interactions: new Map(["first", "second"].map((id) => [id, interaction(id, "carla", { state: "done" })])),
    older,
    loaded: true,
  });
  const shown = (one: Thread): string[] =>
    threadLines(one, [outgoing("waits")], "anna").map((line) =>
      line.kind === "divider" ? `${line.interaction.id}${line.continued ? " goes on" : ""}` : line.key,
    );

  it("are where an interaction starts, and where it continues after another one", () => {
    expect(shown(thread(false))).toEqual(["first", "a", "b", "second", "c", "first goes on", "d", "e", "waits"]);
  });

  it("do not show a start where older messages are not loaded", () => {
    expect(shown(thread(true))[0]).toBe("a");
  });

  it("leave waiting messages to the end", () => {
    expect(shown({ ...thread(false), newer: true })).not.toContain("waits");
  });
});
