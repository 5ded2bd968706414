/** The shortcuts that work in every view, their default keys, and which keys an agent may choose instead. Pure. */

/** The default keys. Alt with a letter is free in browsers, screen readers and desktops. */
export const DEFAULT_KEYS = {
  accept: "Alt+KeyA",
  decline: "Alt+KeyX",
  ready: "Alt+KeyR",
  close_: "Alt+KeyC",
  undo: "Alt+KeyZ",
  next: "Alt+ArrowDown",
  previous: "Alt+ArrowUp",
  panes: "F6",
  panesBack: "Shift+F6",
  details: "Alt+KeyI",
  contact: "Alt+KeyP",
  conversation: "Alt+KeyT",
  notifications: "Alt+KeyN",
  history: "Alt+KeyH",
  workspace: "Alt+KeyW",
  communication: "Alt+KeyM",
  search: "Ctrl+KeyK",
  emoji: "Alt+KeyE",
} as const satisfies Record<string, Chord>;

export type Shortcut = keyof typeof DEFAULT_KEYS;

/** Keys pressed together, such as `Ctrl+Shift+KeyK`: the modifiers in this order, then the key's code. */
export type Chord = string;

/** The keys of every shortcut. */
export type Shortcuts = Readonly<Record<Shortcut, Chord>>;

/** Why keys cannot be chosen. */
export type Refusal =
  | { readonly why: "taken"; readonly by: Shortcut }
  /** They type or move the caret. */
  | { readonly why: "writes" }
  /** The system, the browser or another part of Deskbell uses them. */
  | { readonly why: "reserved" }
  /** The key does not have the same code on every keyboard. */
  | { readonly why: "unfit" };

/** Modifiers and locks. */
const MODIFIERS = new Set(["Alt", "AltGraph", "Control", "Meta", "Shift", "CapsLock", "Fn", "OS"]);

const ALLOWED = /^(?:Key[A-Z]|Digit\d|F(?:[1-9]|1\d|2[0-4])|Arrow(?:Up|Down|Left|Right)|Home|End|PageUp|PageDown)$/u;

/** Close, reload, tabs, full screen, developer tools, history, clipboard and editing; F3 is the search in a thread. */
const RESERVED = new Set<Chord>([
  ...["F1", "F3", "F5", "F10", "F11", "F12", "Shift+F3", "Shift+F10", "Alt+F4", "Ctrl+F4", "Ctrl+F5"],
  ...["Alt+ArrowLeft", "Alt+ArrowRight", "Alt+Home"],
  ...[..."ACFNPQRSTVWXYZ"].map((letter) => `Ctrl+Key${letter}`),
  ...[..."CINTVWZ"].map((letter) => `Ctrl+Shift+Key${letter}`),
]);

/**
 * The keys of an event; null while only modifiers are held. A letter is the printed one, as the list of shortcuts shows
 * it; on keyboards without Latin letters it is the key's code.
 */
export function chordOf(
  event: Pick<KeyboardEvent, "key" | "code" | "altKey" | "ctrlKey" | "metaKey" | "shiftKey">,
): Chord | null {
  if (MODIFIERS.has(event.key)) return null;
  const key = /^[a-z]$/iu.test(event.key) ? `Key${event.key.toUpperCase()}` : event.code;
  const modifiers = [
    event.ctrlKey || event.metaKey ? "Ctrl" : "",
    event.altKey ? "Alt" : "",
    event.shiftKey ? "Shift" : "",
  ];
  return [...modifiers, key].filter((part) => part !== "").join("+");
}

/** The names of the keys: `Alt`, `A`. */
export function keysOf(chord: Chord): string[] {
  const arrows: Record<string, string> = { ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→" };
  return chord.split("+").map((part) => arrows[part] ?? part.replace(/^(?:Key|Digit)/u, ""));
}

/** The keys in the syntax of `aria-keyshortcuts`. */
export function ariaKeys(chord: Chord): string {
  return chord.replace(/^Ctrl/u, "Control").replace(/(?:Key|Digit)(?=.$)/u, "");
}

/** Why a shortcut cannot have these keys; null if it can. */
export function refusal(now: Shortcuts, shortcut: Shortcut, chord: Chord): Refusal | null {
  const parts = chord.split("+");
  const key = parts.at(-1) ?? "";
  if (!ALLOWED.test(key)) return { why: "unfit" };
  // Together they are AltGr, which types.
  if (parts.includes("Ctrl") && parts.includes("Alt")) return { why: "writes" };
  const alone = !parts.includes("Ctrl") && !parts.includes("Alt");
  if (alone && !/^F\d/u.test(key)) return { why: "writes" };
  // With Ctrl these move the caret by words or to the end.
  if (!parts.includes("Alt") && /^(?:Arrow|Home|End|Page)/u.test(key)) return { why: "writes" };
  if (RESERVED.has(chord)) return { why: "reserved" };
  const by = shortcutOf(now, chord);
  return by === null || by === shortcut ? null : { why: "taken", by };
}

/** The shortcut with these keys. */
export function shortcutOf(now: Shortcuts, chord: Chord): Shortcut | null {
  return NAMES.find((name) => now[name] === chord) ?? null;
}

/** The keys of every shortcut with the agent's changes. Invalid ones, perhaps of another version, are ignored. */
export function withOverrides(overrides: Readonly<Record<string, Chord>>): Shortcuts {
  // Two may have been swapped: changes are first checked against unchanged shortcuts, then against one another.
  const all: Record<Shortcut, Chord> = { ...DEFAULT_KEYS };
  for (const name of NAMES) if (name in overrides) all[name] = "";
  for (const name of NAMES) {
    const chord = overrides[name];
    if (chord !== undefined && refusal(all, name, chord) === null) all[name] = chord;
  }
  for (const name of NAMES) if (all[name] === "") all[name] = DEFAULT_KEYS[name];
  return all;
}

const NAMES = Object.keys(DEFAULT_KEYS) as Shortcut[];
