/** The part of a text around the words that were searched for. Pure. */

export interface Part {
  readonly text: string;
  readonly hit: boolean;
}

/** How much of the text before the first word is shown. */
const BEFORE = 40;
const LONGEST = 220;

/** Cuts a text to the surroundings of the first word found, in pieces: found or not. */
export function excerpt(text: string, words: string): Part[] {
  const wanted = words
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "")
    .map((word) => word.replace(/[.*+?^${}()|[\]\\]/gu, "\\$&"));
  const flat = text.replace(/\s+/gu, " ").trim();
  if (wanted.length === 0) return [{ text: flat.slice(0, LONGEST), hit: false }];
  // At the beginning of a word only, as the search finds it; accents are left to the search.
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(?:${wanted.join("|")})`, "giu");
  const first = flat.search(pattern);
  const from = first > BEFORE ? flat.lastIndexOf(" ", first - BEFORE / 2) + 1 : 0;
  const shown = flat.slice(from, from + LONGEST);
  const parts: Part[] = from > 0 ? [{ text: "… ", hit: false }] : [];
  let at = 0;
  for (const match of shown.matchAll(pattern)) {
    if (match.index > at) parts.push({ text: shown.slice(at, match.index), hit: false });
    parts.push({ text: match[0], hit: true });
    at = match.index + match[0].length;
  }
  if (at < shown.length) parts.push({ text: shown.slice(at), hit: false });
  if (from + LONGEST < flat.length) parts.push({ text: " …", hit: false });
  return parts;
}
