import { describe, expect, it } from "vitest";

import type { SendPermission } from "../bindings/SendPermission";
import { applySnapshot } from "./apply";
import {
  countAttention,
  loadedConversations,
  interactionOf,
  ringingOffers,
  workSections,
  urgency,
  composerState,
} from "./selectors";
import { INITIAL, type State } from "./state";
import { at, conversation, HUB, interaction, NOW, offer, snapshot } from "../../fixture/rows";

const HOUR = 3_600_000;
const OPEN: SendPermission = { text: { until: { kind: "open" } }, template: { until: { kind: "open" } } };
const state = (some: Parameters<typeof snapshot>[0]): State => applySnapshot(INITIAL, snapshot(some));
const names = (entries: readonly { conversation: { id: string } }[]): string[] =>
  entries.map((one) => one.conversation.id);

describe("the list", () => {
  it("shows waiting contacts first, the longest first, then those whose window closes soonest", () => {
    const shown = workSections(
      state({
        conversations: [
          conversation("closes-late", { window_until: NOW + 9 * HOUR }),
          conversation("waits-long"),
          conversation("closes-soon", { window_until: NOW + HOUR }),
          conversation("waits-short"),
        ],
        interactions: [
          interaction("1", "closes-late"),
          interaction("2", "waits-long", { waiting_since: NOW - 90_000 }),
          interaction("3", "closes-soon"),
          interaction("4", "waits-short", { waiting_since: NOW - 5_000 }),
        ],
      }),
    );
    expect(names(shown.active)).toEqual(["waits-long", "waits-short", "closes-soon", "closes-late"]);
  });

  it("shows ended interactions separately, and neither Done ones nor those of colleagues", () => {
    const shown = workSections(
      state({
        conversations: ["a", "b", "c", "d"].map((id) => conversation(id)),
        interactions: [
          interaction("1", "a", { state: "ended", ended_at: NOW }),
          interaction("2", "b", { state: "done" }),
          interaction("3", "c", { agent: "ben", agent_name: "Ben" }),
          interaction("4", "d"),
        ],
      }),
    );
    expect(names(shown.active)).toEqual(["d"]);
    expect(names(shown.ended)).toEqual(["a"]);
  });

  it("rings for the agent's offers that have not expired, the first to expire first", () => {
    const shown = ringingOffers(
      state({
        offers: [
          offer("later", { deadline: NOW + 15_000 }),
          offer("sooner", { deadline: NOW + 5_000 }),
          offer("over", { deadline: NOW - 10_000 }),
          offer("bens", { agent: "ben" }),
          offer("taken", { state: "taken" }),
        ],
      }),
      NOW,
    );
    expect(shown.map((one) => one.id)).toEqual(["sooner", "later"]);
  });

  it("older conversations are shown only as far as they were loaded", () => {
    const rows = [conversation("new", { last_position: at(9) }), conversation("old", { last_position: at(2) })];
    const paged = { ...state({ conversations: rows }), browsed: { down_to: at(5), more: true } };
    expect(loadedConversations(paged).map((one) => one.id)).toEqual(["new"]);
    expect(loadedConversations({ ...paged, browsed: { down_to: at(5), more: false } }).map((one) => one.id)).toEqual([
      "new",
      "old",
    ]);
  });
});

describe("whether the agent may write", () => {
  const carla = conversation("carla");
  const ask = (
    row = carla,
    interactions = [interaction("i", "carla")],
    some: Parameters<typeof snapshot>[0] = {},
  ): unknown => composerState(state({ conversations: [row], interactions, ...some }), row, NOW);

  it("yes, in an interaction she handles", () => expect(ask()).toEqual({ may: true, note: null }));
  it("yes, in one she ended, which resumes", () =>
    expect(ask(carla, [interaction("i", "carla", { state: "ended" })])).toEqual({ may: true, note: "reopens" }));
  it("yes, after one that is Done, which creates a new one", () =>
    expect(ask(carla, [interaction("i", "carla", { state: "done" })])).toEqual({ may: true, note: "begins" }));
  it("yes, without a connection, where the message is queued", () =>
    expect(ask(carla, undefined, { connection: { state: "offline", message: null, retry_at: null } })).toEqual({
      may: true,
      note: "offline",
    }));
  it("no, while a colleague handles it", () =>
    expect(ask(carla, [interaction("i", "carla", { agent: "ben", agent_name: "Ben" })])).toEqual({
      may: false,
      why: "held_by_colleague",
      name: "Ben",
    }));
  it("no, while it waits in the queue", () =>
    expect(ask(carla, [interaction("i", "carla", { state: "queued", agent: null })])).toMatchObject({
      why: "waits_in_queue",
    }));
  it("no, as soon as the window closes", () => {
    expect(ask(conversation("carla", { window_until: NOW }))).toEqual({ may: false, why: "window_closed", since: NOW });
    expect(ask(conversation("carla", { window_until: NOW + 1 }))).toMatchObject({ may: true });
  });
  it("no, if the contact never wrote", () =>
    expect(ask(conversation("carla", { window_until: null }))).toMatchObject({ why: "never_wrote" }));
  it("yes, at any time on a channel without a window", () =>
    expect(ask({ ...conversation("carla", { window_until: null }), send: OPEN })).toMatchObject({ may: true }));
  it("no, if the contact opted out", () =>
    expect(ask({ ...carla, send: { text: { barrier: "opted_out" }, template: { barrier: "opted_out" } } })).toEqual({
      may: false,
      why: "opted_out",
    }));
});

describe("urgency", () => {
  it("follows the hub's settings", () => {
    const at = (seconds: number): string => urgency(state({ hub: HUB }), NOW - seconds * 1000, NOW);
    expect([at(9), at(10), at(20)]).toEqual(["calm", "soon", "late"]);
  });
});

it("the interaction that is not Done decides who may write, even if a Done one is newer", () => {
  const rows = [
    interaction("old", "carla", { created_at: 1 }),
    interaction("new", "carla", { created_at: 2, state: "done" }),
  ];
  expect(interactionOf(state({ interactions: rows }), "carla")?.id).toBe("old");
});

it("a contact who was read and not answered still counts", () => {
  const rows = [
    interaction("i1", "carla", { waiting_since: NOW - 60_000 }),
    interaction("i5", "noor", { waiting_since: NOW - 30_000 }),
    interaction("i2", "deniz", { waiting_since: null }),
    interaction("i3", "elif", { waiting_since: NOW, agent: "ben" }),
    interaction("i4", "maryam", { waiting_since: NOW, state: "ended" }),
  ];
  const conversations = [
    conversation("carla", { unread: 0 }),
    conversation("deniz", { unread: 3 }),
    conversation("elif"),
    conversation("maryam"),
    conversation("noor"),
  ];
  expect(
    countAttention(state({ conversations, interactions: rows, offers: [offer("o", { deadline: NOW + 10_000 })] }), NOW),
    "Carla, Noor, and what rings",
  ).toBe(3);
});
