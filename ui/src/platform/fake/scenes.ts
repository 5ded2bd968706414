/** What is special to the scenes of the scripted engine: where one is signed in, and what is wrong. */
import type { AccountHealth } from "../../bindings/AccountHealth";
import type { Connection } from "../../bindings/Connection";
import type { Outgoing } from "../../bindings/Outgoing";
import type { RememberedHub } from "../../bindings/RememberedHub";
import type { Workplace } from "../../bindings/Workplace";

export const SICK: AccountHealth = {
  account: "account-1",
  name: "shop",
  channel: "whatsapp",
  problem: {
    reason: "whatsapp.no_access",
    sentence:
      "WhatsApp no longer takes this hub's access. What is written waits and goes out by itself once the access is renewed. Tell your administrator.",
    way_out: "tell_administrator",
  },
  since: Date.now() - 12 * 60_000,
  version: 1,
};

/** Where one is signed in, in scenes of a hub. */
export const LINDENHOF: Workplace = {
  at: "hub",
  id: "desk-anna",
  url: "https://desk.lindenhof.example",
  agent: "Anna",
};
export const OF_HUBS = new Set(["refused", "other-hub", "clock", "stranded"]);

export const STRANDED: Outgoing = {
  id: "stranded-1",
  conversation: "conversation-gone",
  body: "The replacement part is here. Shall we fit it tomorrow morning?",
  template: null,
  written_at: Date.now() - 600_000,
  state: "refused",
  failure: {
    reason: "deskbell.access_ended",
    sentence: "You no longer have access to this conversation, so the message was not sent.",
    way_out: "nothing",
  },
};

export const REMEMBERED: RememberedHub[] = [
  {
    id: "desk-anna",
    url: "https://desk.lindenhof.example",
    hub_name: "Lindenhof",
    agent: "Anna",
    last_used: Date.now(),
    signed_in: true,
    unsent: 0,
  },
  {
    id: "desk-ben",
    url: "https://desk.lindenhof.example",
    hub_name: "Lindenhof",
    agent: "Ben",
    last_used: Date.now() - 3_600_000,
    signed_in: false,
    unsent: 2,
  },
];

/** What Anna wrote while the hub is away, and what became of it. */
export const UNSENT: readonly Outgoing[] = [
  unsent("away-0", "Is the third floor still right?", "held", {
    reason: "hub.draft_stale",
    sentence: "Somebody else said something since this was begun. It was not sent.",
    way_out: "write_again",
  }),
  unsent("away-1", "I have just asked our drivers.", "queued", null),
  unsent("away-2", "They will call you within the hour.", "held", {
    reason: "hub.window_closed",
    sentence: "The 24-hour window is closed. This was not sent.",
    way_out: "wait_for_contact",
  }),
  unsent("away-3", "Sorry for the wait!", "refused", {
    reason: "hub.held_by_colleague",
    sentence: "Ben is handling this conversation. This was not sent.",
    way_out: "nothing",
  }),
];

function unsent(id: string, body: string, state: Outgoing["state"], failure: Outgoing["failure"]): Outgoing {
  return {
    id,
    conversation: "conversation-carla",
    body,
    template: null,
    written_at: Date.now() - 60_000,
    state,
    failure,
  };
}

export function connectionOf(scene: string): Connection {
  switch (scene) {
    case "offline":
    case "away":
      return { state: "offline", message: "The hub did not answer.", retry_at: Date.now() + 24_000 };
    case "refused":
      return {
        state: "refused",
        error: { code: "unauthorized", message: "The hub does not accept your sign-in. Sign in again." },
      };
    case "other-hub":
      return { state: "refused", error: { code: "other_hub", message: "Another hub answers at this address." } };
    case "clock":
      return { state: "live", clock_offset: 3_600_000 };
    case "doorway":
      return { state: "offline", message: null, retry_at: null };
    case "key":
      return { state: "waiting_for_key", why: "locked" };
    case "connecting":
      return { state: "connecting" };
    default:
      return { state: "live", clock_offset: 0 };
  }
}
