/** Texts with the words of a search highlighted. Pure. */
import { fold, findSpans, wordsOf, type Span } from "./folding";

/** A part of a text, highlighted or not. */
export interface TextPart {
  readonly text: string;
  readonly hit: boolean;
}

/** How many string units before the first hit an excerpt starts. */
const BEFORE = 40;
/** The longest excerpt, in string units. */
const MAX_LENGTH = 220;

/** A text with the words highlighted wherever they occur, as the search in a transcript finds them. */
export function markHits(text: string, words: string): TextPart[] {
  return splitAt(text, findSpans(text, wordsOf(words)));
}

function splitAt(text: string, found: readonly Span[]): TextPart[] {
  const parts: TextPart[] = [];
  let at = 0;
  for (const { from, to } of found) {
    if (from > at) parts.push({ text: text.slice(at, from), hit: false });
    parts.push({ text: text.slice(from, to), hit: true });
    at = to;
  }
  if (at < text.length || parts.length === 0) parts.push({ text: text.slice(at), hit: false });
  return parts;
}

/** Scripts without spaces, in which words may start anywhere. */
const NO_SPACES = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;
const IN_WORD = /[\p{L}\p{N}\p{M}]$/u;

/** Hits at the start of a word, as the search over all messages finds them. */
function findWordStarts(text: string, words: string): Span[] {
  const wanted = words
    .split(/[^\p{L}\p{N}\p{M}]+/u)
    .map(fold)
    .filter((word) => word !== "");
  return findSpans(text, wanted).filter(
    ({ from }) => !IN_WORD.test(text.slice(0, from)) || NO_SPACES.test(text.slice(from)),
  );
}

/** The text around the first hit, with the hits highlighted. */
export function excerpt(text: string, words: string): TextPart[] {
  const flat = text.replace(/\s+/gu, " ").trim();
  const first = findWordStarts(flat, words)[0]?.from ?? 0;
  const from = first > BEFORE ? flat.lastIndexOf(" ", first - BEFORE / 2) + 1 : 0;
  const parts: TextPart[] = from > 0 ? [{ text: "… ", hit: false }] : [];
  const part = flat.slice(from, from + MAX_LENGTH);
  parts.push(...splitAt(part, findWordStarts(part, words)));
  if (from + MAX_LENGTH < flat.length) parts.push({ text: " …", hit: false });
  return parts;
}
