/** The labels of keys. */
import { m } from "../i18n/index.svelte";
import { keysOf, type Chord } from "../state/shortcuts";

/** Keys as keyboards of the page's language label them: Ctrl+K or Strg+K. */
export function keyLabel(chord: Chord): string {
  return keysOf(chord)
    .map((key) => m().keys[key] ?? key)
    .join("+");
}
