/** The screen preferences, stored by the page itself: they concern only this desktop. They contain no customer data. */

const STORAGE_KEY = "deskbell.screen";

export interface ScreenPreferences {
  readonly density: "comfortable" | "compact";
  /** In percent, one of `ZOOMS`. */
  readonly zoom: number;
  /** Whether the side panel is open beside the conversation. */
  readonly panel: boolean;
  /** The order of active interactions: waiting contacts first, or the window that closes soonest. */
  readonly order: "need" | "soonest";
  /** What sends a message: Enter, or Ctrl+Enter, with Enter for a new line. */
  readonly sends: "enter" | "ctrl_enter";
  /** The changed keys, by agent id and shortcut: several agents may use one desktop. */
  readonly keys: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** The zoom levels, in percent. */
export const ZOOMS: readonly number[] = [80, 90, 100, 110, 125, 150];

export const DEFAULTS: ScreenPreferences = {
  density: "comfortable",
  zoom: 100,
  panel: true,
  order: "need",
  sends: "enter",
  keys: {},
};

/** The stored preferences; the defaults where nothing valid is stored. */
export function readPreferences(): ScreenPreferences {
  try {
    return parsePreferences(JSON.parse(localStorage.getItem(STORAGE_KEY) ?? "{}"));
  } catch {
    return DEFAULTS;
  }
}

/** Stores the preferences. Without storage they last until the page is closed. */
export function writePreferences(preferences: ScreenPreferences): void {
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify(preferences));
  } catch {
    // They still apply to this page.
  }
}

/** The valid fields of stored preferences, perhaps of another version; defaults for the others. */
export function parsePreferences(stored: unknown): ScreenPreferences {
  if (typeof stored !== "object" || stored === null) return DEFAULTS;
  const { density, zoom, panel, order, sends, keys } = stored as Record<string, unknown>;
  return {
    density: density === "compact" ? "compact" : DEFAULTS.density,
    zoom: typeof zoom === "number" && ZOOMS.includes(zoom) ? zoom : DEFAULTS.zoom,
    panel: typeof panel === "boolean" ? panel : DEFAULTS.panel,
    order: order === "soonest" ? order : DEFAULTS.order,
    sends: sends === "ctrl_enter" ? "ctrl_enter" : DEFAULTS.sends,
    keys: parseEntries(keys, (one) => parseEntries(one, (chord) => (typeof chord === "string" ? chord : undefined))),
  };
}

/** The valid entries of what should be a record. */
function parseEntries<T>(stored: unknown, parse: (one: unknown) => T | undefined): Record<string, T> {
  if (typeof stored !== "object" || stored === null) return {};
  const entries = Object.entries(stored).map(([name, one]: [string, unknown]) => [name, parse(one)] as const);
  return Object.fromEntries(entries.filter((entry): entry is [string, T] => entry[1] !== undefined));
}
