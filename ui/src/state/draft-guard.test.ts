import { describe, expect, it } from "vitest";

import { unseenMessages } from "./draft-guard";
import { at, message } from "../../fixture/rows";

const ben = (id: string, place: number) => message(id, place, { author: { kind: "agent", agent: "ben", name: "Ben" } });
const anna = (id: string, place: number) =>
  message(id, place, { author: { kind: "agent", agent: "anna", name: "Anna" } });
const ids = (messages: readonly { id: string }[]): string[] => messages.map((one) => one.id);

describe("the guard of a draft", () => {
  it("reports nothing while every message was seen", () => {
    const said = [message("hello", 10), anna("mine", 20), message("thanks", 30)];
    expect(unseenMessages(said, "anna", { begunOn: at(20), seen: at(30), shown: null })).toEqual([]);
  });

  it("reports a colleague's messages since the draft was started, also those on the screen", () => {
    const said = [message("hello", 10), ben("ben", 20), message("ok", 30)];
    expect(ids(unseenMessages(said, "anna", { begunOn: at(10), seen: at(30), shown: null }))).toEqual(["ben"]);
  });

  it("reports messages sent from the phone since then", () => {
    const said = [message("hello", 10), message("phone", 20, { author: { kind: "elsewhere" } })];
    expect(ids(unseenMessages(said, "anna", { begunOn: at(10), seen: at(20), shown: null }))).toEqual(["phone"]);
  });

  it("reports the contact's messages while they were scrolled away or the window was behind others", () => {
    const said = [message("hello", 10), message("wait", 20), message("stop", 30)];
    expect(ids(unseenMessages(said, "anna", { begunOn: at(30), seen: at(10), shown: null }))).toEqual(["wait", "stop"]);
  });

  it("reports each message once, and later ones again", () => {
    const said = [message("hello", 10), ben("first", 20), ben("second", 40)];
    const begun = { begunOn: at(10), seen: at(10) };
    expect(ids(unseenMessages(said.slice(0, 2), "anna", { ...begun, shown: null }))).toEqual(["first"]);
    expect(unseenMessages(said.slice(0, 2), "anna", { ...begun, shown: at(20) })).toEqual([]);
    expect(ids(unseenMessages(said, "anna", { ...begun, shown: at(20) }))).toEqual(["second"]);
  });

  it("never counts the agent's own messages, and reports nothing without a transcript", () => {
    const said = [anna("one", 10), anna("two", 20)];
    expect(unseenMessages(said, "anna", { begunOn: at(5), seen: at(5), shown: null })).toEqual([]);
    expect(
      unseenMessages([message("old", 1), ben("older", 2)], "anna", { begunOn: null, seen: null, shown: null }),
    ).toEqual([]);
  });
});
