/**
 * How one person likes the screen on this desktop: kept by the page itself, because the engine has no word for
 * it and nothing of it matters elsewhere. Holds no customer's words.
 */

const PLACE = "deskbell.screen";

export interface ScreenPreferences {
  readonly density: "comfortable" | "compact";
  /** In percent, one of [`ZOOMS`]. */
  readonly zoom: number;
  /** Whether the side panel is open where there is room for it. */
  readonly panel: boolean;
  /** Who stands first among the active interactions: whoever waits for us, or whose window closes soonest. */
  readonly order: "need" | "soonest";
  /** What sends a message: Enter, or Ctrl+Enter while Enter begins a line. */
  readonly sends: "enter" | "ctrl_enter";
  /** The keys that agents changed, by the agent's id and the shortcut's name: desktops are shared. */
  readonly keys: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** The steps of the zoom, in percent. */
export const ZOOMS: readonly number[] = [80, 90, 100, 110, 125, 150];

export const USUAL: ScreenPreferences = {
  density: "comfortable",
  zoom: 100,
  panel: true,
  order: "need",
  sends: "enter",
  keys: {},
};

/** What was kept; the usual where nothing was, or something that makes no sense. */
export function readPreferences(): ScreenPreferences {
  try {
    return understood(JSON.parse(localStorage.getItem(PLACE) ?? "{}"));
  } catch {
    return USUAL;
  }
}

/** Keeps them. A page without storage forgets them when it closes. */
export function keepPreferences(preferences: ScreenPreferences): void {
  try {
    localStorage.setItem(PLACE, JSON.stringify(preferences));
  } catch {
    // Shown all the same, until the page closes.
  }
}

/** Reads what may have been written by another version, field by field. */
export function understood(kept: unknown): ScreenPreferences {
  if (typeof kept !== "object" || kept === null) return USUAL;
  const { density, zoom, panel, order, sends, keys } = kept as Record<string, unknown>;
  return {
    density: density === "compact" ? "compact" : USUAL.density,
    zoom: typeof zoom === "number" && ZOOMS.includes(zoom) ? zoom : USUAL.zoom,
    panel: typeof panel === "boolean" ? panel : USUAL.panel,
    order: order === "soonest" ? order : USUAL.order,
    sends: sends === "ctrl_enter" ? "ctrl_enter" : USUAL.sends,
    keys: eachOf(keys, (one) => eachOf(one, (chord) => (typeof chord === "string" ? chord : undefined))),
  };
}

/** The entries that make sense, of what should be a record. */
function eachOf<T>(kept: unknown, understand: (one: unknown) => T | undefined): Record<string, T> {
  if (typeof kept !== "object" || kept === null) return {};
  const entries = Object.entries(kept).map(([name, one]: [string, unknown]) => [name, understand(one)] as const);
  return Object.fromEntries(entries.filter((entry): entry is [string, T] => entry[1] !== undefined));
}
