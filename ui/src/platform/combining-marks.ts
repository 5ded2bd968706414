/**
 * Limits the combining marks on one letter and the skin tones on one emoji. The layout takes time quadratic in their
 * number: the tens of thousands that fit into one message block the page for a minute. Only what the page shows is
 * limited; the engine stores the whole text.
 */

/** The longest sequence that is shown. Scripts need fewer than ten, a flag made of tags seven. */
const MAX_MARKS = 16;
const MARK = "[\\p{M}\\p{Cf}\\p{Emoji_Modifier}]";
const TOO_MANY = new RegExp(`(${MARK}{${MAX_MARKS}})${MARK}+`, "gu");

/** The value with marks limited in every string; the same object if there is nothing to limit. */
export function limitCombiningMarks<T>(value: T): T {
  return limited(value) as T;
}

function limited(value: unknown): unknown {
  if (typeof value === "string") return value.length > MAX_MARKS ? value.replace(TOO_MANY, "$1") : value;
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
