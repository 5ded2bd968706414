/**
 * Marks that pile up on one letter, or skin tones on one emoji, cost the page's layout the square of their number:
 * tens of thousands of them, which fit into one message, hold it up for a minute each time. What comes from the
 * engine keeps as many as any script needs; what is stored keeps all.
 */

/** The longest pile that is shown. The scripts of the world need fewer than ten, a flag of tags seven. */
const PILE = 16;
const MARK = "[\\p{M}\\p{Cf}\\p{Emoji_Modifier}]";
const PILED = new RegExp(`(${MARK}{${PILE}})${MARK}+`, "gu");

/** The same value with piles of marks cut down in every text within; values without one are the same object. */
export function limitCombiningMarks<T>(value: T): T {
  return limited(value) as T;
}

function limited(value: unknown): unknown {
  if (typeof value === "string") return value.length > PILE ? value.replace(PILED, "$1") : value;
  if (Array.isArray(value)) {
    const all: unknown[] = value;
    const now = all.map(limited);
    return now.some((one, at) => one !== all[at]) ? now : value;
  }
  if (typeof value === "object" && value !== null) {
    const all = Object.entries(value).map(([key, one]: [string, unknown]) => [key, one, limited(one)] as const);
    return all.some(([, one, now]) => now !== one) ? Object.fromEntries(all.map(([key, , now]) => [key, now])) : value;
  }
  return value;
}
