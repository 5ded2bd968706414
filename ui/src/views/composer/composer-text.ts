/** The texts of the composer for each of its states. */
import { m } from "../../i18n/index.svelte";
import { formatNumber, whenTime } from "../../i18n/time";
import type { ComposerState } from "../../state/selectors";

type Locked = Extract<ComposerState, { may: false }>;
type Open = Extract<ComposerState, { may: true }>;

/**
 * Why the composer is locked. `now` is this desktop's time, `offset` how far the hub's is ahead of it, and `hours` the
 * length of the messaging window.
 */
export function lockedText(state: Locked, now: number, offset: number, hours: number): string {
  const words = m().composer;
  switch (state.why) {
    case "window_closed":
      return words.windowClosed(formatNumber(hours), whenTime(state.since - offset, now));
    case "never_wrote":
      return words.neverWrote;
    case "opted_out":
      return words.optedOut;
    case "held_by_colleague":
      return words.heldBy(state.name ?? m().interaction.someone);
    case "waits_in_queue":
      return words.waitsInQueue;
  }
}

/** What sending will do besides sending; null if nothing. */
export function noteText({ note }: Open): string | null {
  return note === null ? null : m().composer[note];
}

/** The placeholder of the field: what sending will do. */
export function placeholderText(state: ComposerState): string {
  const words = m().composer;
  if (!state.may) return "";
  switch (state.note) {
    case "reopens":
      return words.placeholderReopens;
    case "begins":
      return words.placeholderBegins;
    case "offline":
    case null:
      return words.placeholder;
  }
}
