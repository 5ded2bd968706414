/** The language of the screen, its words, and how it writes times. */
import type { Failure } from "../bindings/Failure";
import type { ErrorBody } from "../bindings/ErrorBody";
import type { Language } from "../bindings/Language";
import type { Remedy } from "../bindings/Remedy";
import { en, type Catalogue } from "./en";

export type { Catalogue } from "./en";

/** Read in where somebody reads German. */
let de = $state.raw<Catalogue | null>(null);
let chosen = $state<Language | null>(null);
let system = $state<readonly string[]>(typeof navigator === "undefined" ? ["en"] : navigator.languages);

/** Follows the settings; null follows the system. */
export function chooseLanguage(language: Language | null): void {
  chosen = language;
}

/** Follows the system when the person changes its language. */
export function followSystem(): () => void {
  const changed = (): void => {
    system = navigator.languages;
  };
  window.addEventListener("languagechange", changed);
  return () => window.removeEventListener("languagechange", changed);
}

/** The language shown now: the chosen one, or the first of the system's that exists here. */
export function language(): Language {
  if (chosen) return chosen;
  for (const tag of system) {
    if (tag.startsWith("de")) return "de";
    if (tag.startsWith("en")) return "en";
  }
  return "en";
}

/** Reads in the words of the language shown, if they are not here. Where they cannot be had, English is shown. */
export async function loadLanguage(): Promise<void> {
  if (language() !== "de" || de !== null) return;
  try {
    ({ de } = await import("./de"));
  } catch {
    // See above.
  }
}

/** The words of the language shown now; the English ones until those are here. */
export function m(): Catalogue {
  return language() === "de" ? (de ?? en) : en;
}

/** The locale for dates and numbers: the system's variant of the language shown, such as en-GB. */
export function locale(): string {
  const shown = language();
  return system.find((tag) => tag.startsWith(shown)) ?? shown;
}

/** An error in the language shown; without words for it here, the engine's English sentence. */
export function sayError(error: ErrorBody): string {
  return m().errors[error.code] ?? error.message;
}

/** The ways out that are a button. */
const BUTTONS: ReadonlySet<Remedy> = new Set(["write_again", "send_again", "send_notification"]);

/** A failure in the language shown, with the way out; without words for it here, the hub's English sentence. */
export function sayFailure(failure: Failure): string {
  const words = m();
  const [by, code = ""] = failure.reason.split(".");
  const unnamed = by === "hub" ? words.errors[code] : by === "whatsapp" ? words.unnamedFailure?.(code) : undefined;
  const sentence = words.failures[failure.reason] ?? unnamed;
  if (sentence === undefined) return failure.sentence;
  // What can be done with a button needs no words.
  return BUTTONS.has(failure.way_out) ? sentence : `${sentence} ${words.wayOut[failure.way_out]}`.trim();
}
