/** Keys in words. */
import { m } from "../i18n/index.svelte";
import { keysOf, type Chord } from "../state/shortcuts";

/** Keys pressed together, as they are written on the keyboards of the language shown: Ctrl+K, or Strg+K. */
export function sayKeys(chord: Chord): string {
  return keysOf(chord)
    .map((key) => m().keys[key] ?? key)
    .join("+");
}
