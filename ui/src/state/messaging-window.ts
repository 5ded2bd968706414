/** How long free text may be sent in a conversation, from what the engine reports, by the hub's time. Pure. */
import type { ConversationView } from "../bindings/ConversationView";

export type WindowState =
  /** There is none: free text may be sent at any time. */
  | { readonly is: "free" }
  /** The contact never wrote, so it was never open. */
  | { readonly is: "never" }
  | { readonly is: "open"; readonly left: number }
  /** Open, but for less than the warning time. */
  | { readonly is: "closing"; readonly left: number }
  | { readonly is: "closed"; readonly since: number }
  /** The contact has opted out: nothing may be sent. */
  | { readonly is: "opted_out" };

type Row = Pick<ConversationView, "send" | "window_until">;

/** The state of a window at a moment. `warning` is how long before its end it counts as closing, in seconds. */
export function windowOf({ send: { text }, window_until }: Row, hubNow: number, warning: number): WindowState {
  if ("barrier" in text) {
    switch (text.barrier) {
      case "opted_out":
        return { is: "opted_out" };
      case "window_closed":
        return window_until === null ? { is: "never" } : { is: "closed", since: window_until };
    }
  }
  if (text.until.kind === "open") return { is: "free" };
  const { at } = text.until;
  const left = at - hubNow;
  if (left <= 0) return { is: "closed", since: at };
  return { is: left < warning * 1000 ? "closing" : "open", left };
}

/** When a window closes that is open now; infinity for one that is closed, and where there is none. */
function closesAt({ send: { text } }: Pick<Row, "send">, hubNow: number): number {
  if ("barrier" in text || text.until.kind === "open") return Infinity;
  return text.until.at > hubNow ? text.until.at : Infinity;
}

/** Compares by which window closes sooner; rows without an open window come last. */
export function soonest(one: Pick<Row, "send">, other: Pick<Row, "send">, hubNow: number): number {
  const [a, b] = [closesAt(one, hubNow), closesAt(other, hubNow)];
  // Infinity minus Infinity is not a number: compare, do not subtract.
  return a < b ? -1 : Number(a > b);
}
