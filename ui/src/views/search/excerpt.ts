/** What was searched for, within the text around it. Pure. */
import { folded, spans, wordsOf, type Span } from "./folding";

export interface Part {
  readonly text: string;
  readonly hit: boolean;
}

/** How much of the text before the first word is shown. */
const BEFORE = 40;
const LONGEST = 220;

/** A whole text in pieces, found or not: wherever the words stand, as the search in a transcript finds them. */
export function marks(text: string, words: string): Part[] {
  return cut(text, spans(text, wordsOf(words)));
}

function cut(text: string, found: readonly Span[]): Part[] {
  const parts: Part[] = [];
  let at = 0;
  for (const { from, to } of found) {
    if (from > at) parts.push({ text: text.slice(at, from), hit: false });
    parts.push({ text: text.slice(from, to), hit: true });
    at = to;
  }
  if (at < text.length || parts.length === 0) parts.push({ text: text.slice(at), hit: false });
  return parts;
}

/** Written without spaces: words begin anywhere. */
const NO_SPACES = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;
const IN_WORD = /[\p{L}\p{N}\p{M}]$/u;

/** Where the words begin a word: as the search over all messages finds them. */
function begun(text: string, words: string): Span[] {
  const wanted = words
    .split(/[^\p{L}\p{N}\p{M}]+/u)
    .map(folded)
    .filter((word) => word !== "");
  return spans(text, wanted).filter(
    ({ from }) => !IN_WORD.test(text.slice(0, from)) || NO_SPACES.test(text.slice(from)),
  );
}

/** Cuts a text to the surroundings of the first word found, in pieces: found or not. */
export function excerpt(text: string, words: string): Part[] {
  const flat = text.replace(/\s+/gu, " ").trim();
  const first = begun(flat, words)[0]?.from ?? 0;
  const from = first > BEFORE ? flat.lastIndexOf(" ", first - BEFORE / 2) + 1 : 0;
  const parts: Part[] = from > 0 ? [{ text: "… ", hit: false }] : [];
  const part = flat.slice(from, from + LONGEST);
  parts.push(...cut(part, begun(part, words)));
  if (from + LONGEST < flat.length) parts.push({ text: " …", hit: false });
  return parts;
}
