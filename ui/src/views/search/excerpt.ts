/** The part of a text around the words that were searched for. Pure. */

export interface Part {
  readonly text: string;
  readonly hit: boolean;
}

/** How much of the text before the first word is shown. */
const BEFORE = 40;
const LONGEST = 220;

/** What finds the words in a text; null where there are none. At the beginning of a word only, as the search finds them; accents are left to the search. */
function patternOf(words: string): RegExp | null {
  const wanted = words
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "")
    .map((word) => word.replace(/[.*+?^${}()|[\]\\]/gu, "\\$&"));
  return wanted.length === 0 ? null : new RegExp(`(?<![\\p{L}\\p{N}])(?:${wanted.join("|")})`, "giu");
}

/** A whole text in pieces: found or not. */
export function marks(text: string, words: string): Part[] {
  const pattern = patternOf(words);
  if (!pattern) return [{ text, hit: false }];
  const parts: Part[] = [];
  let at = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > at) parts.push({ text: text.slice(at, match.index), hit: false });
    parts.push({ text: match[0], hit: true });
    at = match.index + match[0].length;
  }
  if (at < text.length) parts.push({ text: text.slice(at), hit: false });
  return parts;
}

/** Cuts a text to the surroundings of the first word found, in pieces: found or not. */
export function excerpt(text: string, words: string): Part[] {
  const flat = text.replace(/\s+/gu, " ").trim();
  const pattern = patternOf(words);
  if (!pattern) return [{ text: flat.slice(0, LONGEST), hit: false }];
  const first = flat.search(pattern);
  const from = first > BEFORE ? flat.lastIndexOf(" ", first - BEFORE / 2) + 1 : 0;
  const parts: Part[] = from > 0 ? [{ text: "… ", hit: false }] : [];
  parts.push(...marks(flat.slice(from, from + LONGEST), words));
  if (from + LONGEST < flat.length) parts.push({ text: " …", hit: false });
  return parts;
}
