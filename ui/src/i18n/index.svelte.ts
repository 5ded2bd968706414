/** The language of the page and its texts. */
import type { Failure } from "../bindings/Failure";
import type { ErrorBody } from "../bindings/ErrorBody";
import type { Language } from "../bindings/Language";
import type { Remedy } from "../bindings/Remedy";
import { en, type Catalogue } from "./en";

export type { Catalogue } from "./en";

/** The German texts, loaded only where they are shown. */
let de = $state.raw<Catalogue | null>(null);
let chosen = $state<Language | null>(null);
let system = $state<readonly string[]>(typeof navigator === "undefined" ? ["en"] : navigator.languages);

/** Sets the language; null follows the system. */
export function chooseLanguage(language: Language | null): void {
  chosen = language;
}

/** Follows changes of the system's language; returns what ends that. */
export function followSystem(): () => void {
  const changed = (): void => {
    system = navigator.languages;
  };
  window.addEventListener("languagechange", changed);
  return () => window.removeEventListener("languagechange", changed);
}

/** The language of the page: the chosen one, or the first of the system's that has texts. */
export function language(): Language {
  if (chosen) return chosen;
  for (const tag of system) {
    if (tag.startsWith("de")) return "de";
    if (tag.startsWith("en")) return "en";
  }
  return "en";
}

/** Loads the texts of the language; if they cannot be loaded, the page is English. */
export async function loadLanguage(): Promise<void> {
  if (language() !== "de" || de !== null) return;
  try {
    ({ de } = await import("./de"));
  } catch {
    // The page stays English.
  }
}

/** The texts in the language of the page; English until the others are loaded. */
export function m(): Catalogue {
  return language() === "de" ? (de ?? en) : en;
}

/** The locale for dates and numbers: the system's variant of the language, such as en-GB. */
export function locale(): string {
  const shown = language();
  return system.find((tag) => tag.startsWith(shown)) ?? shown;
}

/** An error in the language of the page; the engine's English text if it has none. */
export function errorText(error: ErrorBody): string {
  return m().errors[error.code] ?? error.message;
}

/** The remedies that are a button. */
const BUTTONS: ReadonlySet<Remedy> = new Set(["write_again", "send_again", "send_notification"]);

/** A failure in the language of the page, with a remedy that is no button; the hub's English text if it has none. */
export function failureText({ reason, sentence, way_out: remedy }: Failure): string {
  const words = m();
  const text = words.failures[reason] ?? unknownFailureText(reason);
  if (text === undefined) return sentence;
  return BUTTONS.has(remedy) ? text : `${text} ${words.remedy[remedy]}`.trim();
}

/** The text for a channel's code that has none of its own. A reason is `channel.code`. */
function unknownFailureText(reason: string): string | undefined {
  const { channel, unknownFailure } = m();
  const [source = "", code = ""] = reason.split(".");
  const name = Object.entries(channel).find(([id]) => id === source)?.[1];
  return name === undefined ? undefined : unknownFailure?.(name, code);
}
