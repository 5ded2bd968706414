import { describe, expect, it } from "vitest";

import { EMPTY_TRANSCRIPT } from "./state";
import { message, NOW, outgoing } from "../../fixture/rows";
import { firstUnread, isEmojiOnly, lines } from "./transcript";

const MINUTE = 60_000;
const anna = { kind: "agent" as const, agent: "anna", name: "Anna" };

describe("lines", () => {
  it("group the messages of one author within five minutes", () => {
    const messages = [
      message("a", 1, { at: NOW }),
      message("b", 2, { at: NOW + MINUTE }),
      message("c", 3, { at: NOW + 2 * MINUTE, author: anna }),
      message("d", 4, { at: NOW + 20 * MINUTE, author: anna }),
    ];
    const shown = lines({ ...EMPTY_TRANSCRIPT, messages }, "anna", null);
    expect(shown.map((line) => line.first)).toEqual([true, false, true, true]);
  });

  it("start each day once", () => {
    const messages = [
      message("a", 1, { at: NOW }),
      message("b", 2, { at: NOW + 1 }),
      message("c", 3, { at: NOW + 24 * 60 * MINUTE }),
    ];
    expect(lines({ ...EMPTY_TRANSCRIPT, messages }, "anna", null).map((line) => line.day)).toEqual([true, false, true]);
  });

  it("keep the key when a queued message is stored, so that nothing moves", () => {
    const before = lines({ ...EMPTY_TRANSCRIPT, outgoing: [outgoing("x")] }, "anna", null);
    const after = lines({ ...EMPTY_TRANSCRIPT, messages: [message("x", 1, { author: anna })] }, "anna", null);
    expect(before[0]?.key).toBe(after[0]?.key);
  });

  it("distinguish the agent's lines from a colleague's", () => {
    const messages = [
      message("a", 1, { author: anna }),
      message("b", 2, { author: { kind: "agent", agent: "ben", name: "Ben" } }),
    ];
    const shown = lines({ ...EMPTY_TRANSCRIPT, messages }, "anna", null);
    expect(shown.map((line) => line.kind === "message" && line.mine)).toEqual([true, false]);
  });
});

describe("the unread divider", () => {
  it("is before the contact's first unread line, not counting our own and the system's", () => {
    const messages = [
      message("old", 1),
      message("new-1", 2),
      message("ours", 3, { author: anna }),
      message("new-2", 4),
    ];
    expect(firstUnread(messages, 2)).toBe("new-1");
    expect(firstUnread(messages, 0)).toBeNull();
  });
});

describe("a text of emoji only", () => {
  it.each(["🎉", "🎉🎉🎉", "👍🏽", "👨‍👩‍👧", "🇩🇪", "❤️", " 😀 "])("%s is large", (text) =>
    expect(isEmojiOnly(text)).toBe(true),
  );
  it.each(["", "ok 👍", "12", "#", "🎉🎉🎉🎉", "a"])("%s is text", (text) => expect(isEmojiOnly(text)).toBe(false));
});
