/** The shortcuts that work everywhere: what each does, by which keys, and which keys an agent may take instead. */

/** The keys until somebody changes them. Alt with a letter: free in browsers, screen readers and desktops. */
export const USUAL_KEYS = {
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

export type Shortcut = keyof typeof USUAL_KEYS;

/** Keys pressed together, such as `Ctrl+Shift+KeyK`: what is held, in this order, then the key. */
export type Chord = string;

/** The keys of every shortcut. */
export type Shortcuts = Readonly<Record<Shortcut, Chord>>;

/** Why keys cannot be taken. */
export type Refusal =
  | { readonly why: "taken"; readonly by: Shortcut }
  /** They write, or move within what is written. */
  | { readonly why: "writes" }
  /** They belong to the system, the browser, or a place in Deskbell. */
  | { readonly why: "reserved" }
  /** Such a key is not known under one name on every keyboard. */
  | { readonly why: "unfit" };

/** What only holds, and is no key of its own. */
const HELD = new Set(["Alt", "AltGraph", "Control", "Meta", "Shift", "CapsLock", "Fn", "OS"]);

const FIT = /^(?:Key[A-Z]|Digit\d|F(?:[1-9]|1\d|2[0-4])|Arrow(?:Up|Down|Left|Right)|Home|End|PageUp|PageDown)$/u;

/** Closing, reloading, tabs, full screen and developers' tools; going back; copying and editing; hits in a conversation. */
const RESERVED = new Set<Chord>([
  ...["F1", "F3", "F5", "F10", "F11", "F12", "Shift+F3", "Shift+F10", "Alt+F4", "Ctrl+F4", "Ctrl+F5"],
  ...["Alt+ArrowLeft", "Alt+ArrowRight", "Alt+Home"],
  ...[..."ACFNPQRSTVWXYZ"].map((letter) => `Ctrl+Key${letter}`),
  ...[..."CINTVWZ"].map((letter) => `Ctrl+Shift+Key${letter}`),
]);

/**
 * The keys of an event; `null` while only Shift and the like are held. A letter is the one that is printed on the
 * key, so that it is where the sheet says; where no Latin letter is, it is the key's place.
 */
export function chordOf(
  event: Pick<KeyboardEvent, "key" | "code" | "altKey" | "ctrlKey" | "metaKey" | "shiftKey">,
): Chord | null {
  if (HELD.has(event.key)) return null;
  const key = /^[a-z]$/iu.test(event.key) ? `Key${event.key.toUpperCase()}` : event.code;
  const held = [event.ctrlKey || event.metaKey ? "Ctrl" : "", event.altKey ? "Alt" : "", event.shiftKey ? "Shift" : ""];
  return [...held, key].filter((part) => part !== "").join("+");
}

/** The keys one by one, as they are named on a keyboard: `Alt`, `A`. */
export function keysOf(chord: Chord): string[] {
  const arrows: Record<string, string> = { ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→" };
  return chord.split("+").map((part) => arrows[part] ?? part.replace(/^(?:Key|Digit)/u, ""));
}

/** The keys as `aria-keyshortcuts` names them. */
export function ariaKeys(chord: Chord): string {
  return chord.replace(/^Ctrl/u, "Control").replace(/(?:Key|Digit)(?=.$)/u, "");
}

/** Why these keys cannot be a shortcut's; `null` if they can. */
export function refusal(now: Shortcuts, shortcut: Shortcut, chord: Chord): Refusal | null {
  const parts = chord.split("+");
  const key = parts.at(-1) ?? "";
  if (!FIT.test(key)) return { why: "unfit" };
  // Both together are AltGr, which writes.
  if (parts.includes("Ctrl") && parts.includes("Alt")) return { why: "writes" };
  const alone = !parts.includes("Ctrl") && !parts.includes("Alt");
  if (alone && !/^F\d/u.test(key)) return { why: "writes" };
  // Word by word and to the end: with Ctrl these move in a text.
  if (!parts.includes("Alt") && /^(?:Arrow|Home|End|Page)/u.test(key)) return { why: "writes" };
  if (RESERVED.has(chord)) return { why: "reserved" };
  const by = shortcutOf(now, chord);
  return by === null || by === shortcut ? null : { why: "taken", by };
}

/** What these keys do. */
export function shortcutOf(now: Shortcuts, chord: Chord): Shortcut | null {
  return NAMES.find((name) => now[name] === chord) ?? null;
}

/** The keys of everything, with what was changed. What another version kept and makes no sense now is passed over. */
export function withChanged(changed: Readonly<Record<string, Chord>>): Shortcuts {
  // Two may have been exchanged: what is changed is judged beside what is not, and only then beside one another.
  const all: Record<Shortcut, Chord> = { ...USUAL_KEYS };
  for (const name of NAMES) if (name in changed) all[name] = "";
  for (const name of NAMES) {
    const chord = changed[name];
    if (chord !== undefined && refusal(all, name, chord) === null) all[name] = chord;
  }
  for (const name of NAMES) if (all[name] === "") all[name] = USUAL_KEYS[name];
  return all;
}

const NAMES = Object.keys(USUAL_KEYS) as Shortcut[];
