/** How long free text may be sent, by the hub's time. Pure. */
import type { Channel } from "../bindings/Channel";

export type WindowState =
  /** The channel has none: one may always write. */
  | { readonly is: "free" }
  /** The contact never wrote. */
  | { readonly is: "never" }
  | { readonly is: "open"; readonly left: number }
  /** Open, but not for long. */
  | { readonly is: "closing"; readonly left: number }
  | { readonly is: "closed"; readonly since: number };

interface Windowed {
  readonly channel: Channel;
  readonly window_until: number | null;
}

/** How a window is at a moment. `warning` is how long before its end it counts as closing, in seconds. */
export function windowOf({ channel, window_until }: Windowed, hubNow: number, warning: number): WindowState {
  if (!hasWindow(channel)) return { is: "free" };
  if (window_until === null) return { is: "never" };
  const left = window_until - hubNow;
  if (left <= 0) return { is: "closed", since: window_until };
  return { is: left < warning * 1000 ? "closing" : "open", left };
}

/** Channels on which free text is allowed only for a time after the contact wrote. */
export function hasWindow(channel: Channel): boolean {
  return channel === "whatsapp" || channel === "messenger";
}

/** Compares by what closes sooner; what is closed, or has no window, comes last. */
export function soonest(one: Windowed, other: Windowed, hubNow: number): number {
  const end = ({ channel, window_until }: Windowed): number =>
    hasWindow(channel) && window_until !== null && window_until > hubNow ? window_until : Infinity;
  const [a, b] = [end(one), end(other)];
  // Infinity minus Infinity is not a number: compare, do not subtract.
  return a < b ? -1 : Number(a > b);
}
