import { describe, expect, it } from "vitest";

import type { Event } from "../bindings/Event";
import { apply, applyPage, applySnapshot, openConversation } from "./apply";
import { INITIAL, type State } from "./state";
import { changes } from "../platform/changes";
import { at, conversation, interaction, message, offer, outgoing, snapshot } from "../../fixture/rows";

const changed = (some: Parameters<typeof changes>[0]): Event => ({ event: "changed", changes: changes(some) });

function carlaOpen(): State {
  const state = applySnapshot(INITIAL, snapshot({ conversations: [conversation("carla")] }));
  return openConversation(state, "carla");
}

const said = (state: State): string[] => state.transcripts.get("carla")?.messages.map((one) => one.id) ?? [];
const waiting = (state: State): string[] => state.transcripts.get("carla")?.outgoing.map((one) => one.id) ?? [];

describe("rows", () => {
  it("an older row never replaces a newer one", () => {
    let state = apply(INITIAL, changed({ offers: [offer("o", { state: "withdrawn", version: 5 })] }));
    state = apply(state, changed({ offers: [offer("o", { state: "ringing", version: 4 })] }));
    expect(state.offers.get("o")?.state).toBe("withdrawn");
  });

  it("a repeated event changes nothing", () => {
    const event = changed({ messages: [message("hello", 1)], conversations: [conversation("carla")] });
    const once = apply(carlaOpen(), event);
    const twice = apply(once, event);
    expect(said(twice)).toEqual(["hello"]);
    expect(twice.conversations).toEqual(once.conversations);
  });

  it("the unread count and the draft change without a new version", () => {
    let state = apply(INITIAL, changed({ conversations: [conversation("carla", { unread: 3 })] }));
    state = apply(state, changed({ conversations: [conversation("carla", { unread: 0, draft: "Dear" })] }));
    expect(state.conversations.get("carla")).toMatchObject({ unread: 0, draft: "Dear" });
  });

  it("a message's delivery state changes only with a newer row", () => {
    let state = apply(carlaOpen(), changed({ messages: [message("m", 1, { delivery: "read", version: 9 })] }));
    state = apply(state, changed({ messages: [message("m", 1, { delivery: "sent", version: 8 })] }));
    expect(state.transcripts.get("carla")?.messages[0]?.delivery).toBe("read");
  });
});

describe("a transcript", () => {
  it("is sorted by position, whatever the order of arrival", () => {
    let state = applyPage(
      carlaOpen(),
      { conversation: "carla", messages: [message("c", 30), message("a", 10)], more: false, outgoing: [] },
      null,
    );
    state = apply(state, changed({ messages: [message("d", 40), message("b", 20, { late: true })] }));
    expect(said(state)).toEqual(["a", "b", "c", "d"]);
  });

  it("keeps messages that arrived by event while the page was requested", () => {
    let state = apply(carlaOpen(), changed({ messages: [message("b", 20, { version: 7, delivery: "read" })] }));
    state = applyPage(
      state,
      {
        conversation: "carla",
        messages: [message("b", 20, { version: 3 }), message("a", 10)],
        more: true,
        outgoing: [],
      },
      null,
    );
    expect(said(state)).toEqual(["a", "b"]);
    expect(state.transcripts.get("carla")?.messages[1]?.delivery).toBe("read");
    expect(state.transcripts.get("carla")?.more).toBe(true);
  });

  it("leaves a late message to its page when that page is not loaded", () => {
    let state = applyPage(
      carlaOpen(),
      { conversation: "carla", messages: [message("c", 30)], more: true, outgoing: [] },
      null,
    );
    state = apply(state, changed({ messages: [message("a", 10, { late: true })] }));
    expect(said(state)).toEqual(["c"]);
    state = applyPage(
      state,
      { conversation: "carla", messages: [message("b", 20), message("a", 10)], more: false, outgoing: [] },
      at(30),
    );
    expect(said(state)).toEqual(["a", "b", "c"]);
    expect(state.transcripts.get("carla")?.more).toBe(false);
  });

  it("replaces a queued message by the stored one with the same id, in one step", () => {
    let state = apply(carlaOpen(), changed({ outgoing: [outgoing("x")] }));
    expect(waiting(state)).toEqual(["x"]);
    state = apply(state, changed({ outgoing_gone: ["x"], messages: [message("x", 5, { delivery: "stored" })] }));
    expect(waiting(state)).toEqual([]);
    expect(said(state)).toEqual(["x"]);
  });

  it("a page read earlier does not restore removed messages", () => {
    let state = apply(carlaOpen(), changed({ outgoing: [outgoing("x")] }));
    state = apply(state, changed({ outgoing_gone: ["x"] }));
    state = applyPage(state, { conversation: "carla", messages: [], more: false, outgoing: [outgoing("x")] }, null);
    expect(waiting(state)).toEqual([]);
  });

  it("keeps only the end of a conversation that is no longer open", () => {
    const many = Array.from({ length: 400 }, (_, place) => message(`m${place}`, place)).reverse();
    let state = applyPage(carlaOpen(), { conversation: "carla", messages: many, more: false, outgoing: [] }, null);
    state = openConversation(state, "deniz");
    expect(said(state)).toHaveLength(100);
    expect(said(state).at(-1)).toBe("m399");
    expect(state.transcripts.get("carla")?.more).toBe(true);
  });
});

describe("removed rows", () => {
  it("a removed conversation removes its rows, and is closed", () => {
    let state = apply(carlaOpen(), changed({ interactions: [interaction("i", "carla")], messages: [message("a", 1)] }));
    state = apply(state, changed({ conversations_gone: ["carla"] }));
    expect(state.open).toBeNull();
    expect(state.conversations.size + state.interactions.size + state.transcripts.size).toBe(0);
  });

  it("a snapshot replaces all rows, and a conversation opened after its request stays open", () => {
    let state = apply(
      carlaOpen(),
      changed({ conversations: [conversation("deniz")], interactions: [interaction("i", "deniz")] }),
    );
    state = applySnapshot(state, snapshot({ conversations: [conversation("ben")] }), null);
    expect([...state.conversations.keys()].sort()).toEqual(["ben", "carla"]);
    expect(state.interactions.size).toBe(0);
    expect(state.open).toBe("carla");
  });

  it("an open conversation that is no longer listed is closed and its messages are removed", () => {
    let state = apply(carlaOpen(), changed({ messages: [message("a", 1)] }));
    state = applySnapshot(state, snapshot({ conversations: [conversation("ben")] }));
    expect(state.open).toBeNull();
    expect([...state.conversations.keys()]).toEqual(["ben"]);
    expect(state.transcripts.size).toBe(0);
  });

  it("an open conversation that has not arrived yet stays open", () => {
    const state = applySnapshot(openConversation(INITIAL, "deniz"), snapshot());
    expect(state.open).toBe("deniz");
  });
});

describe("other events", () => {
  it("the clock offset is kept without a connection", () => {
    let state = apply(INITIAL, { event: "connection", connection: { state: "live", clock_offset: -4000 } });
    state = apply(state, { event: "connection", connection: { state: "offline", message: null, retry_at: null } });
    expect(state.offset).toBe(-4000);
  });

  it("the open event shows a conversation from any view", () => {
    const state = apply({ ...INITIAL, view: "settings" }, { event: "open", conversation: "carla" });
    expect(state).toMatchObject({ view: "workspace", open: "carla" });
  });

  it("the same alert is shown once", () => {
    const event: Event = { event: "alert", alert: { alert: "disk_full" } };
    expect(apply(apply(INITIAL, event), event).alerts).toHaveLength(1);
  });

  it("an event of a newer engine changes nothing", () => {
    expect(apply(INITIAL, { event: "fireworks" } as unknown as Event)).toBe(INITIAL);
  });
});
