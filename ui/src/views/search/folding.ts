/** Folds text as the hub does for its search: without case and accents. Pure. */

/** Combining marks: the blocks that the hub removes. */
const MARK = /[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]/gu;
const LETTERS: Readonly<Record<string, string>> = { ß: "ss", æ: "ae", œ: "oe", ø: "o", đ: "d", ł: "l", ı: "i" };
/** The most words of a search, as at the hub. */
const MAX_WORDS = 8;

export function fold(text: string): string {
  let plain = "";
  for (const letter of text.normalize("NFKD").replace(MARK, "")) {
    const small = letter.toLowerCase().replace(MARK, "");
    plain += LETTERS[small] ?? small;
  }
  return plain;
}

/** The folded words of a search. */
export function wordsOf(search: string): string[] {
  return search
    .split(/\s+/u)
    .map(fold)
    .filter((word) => word !== "")
    .slice(0, MAX_WORDS);
}

export interface Span {
  readonly from: number;
  /** The index after the last unit. */
  readonly to: number;
}

/** Where the folded words occur in the text, in order and without overlaps. */
export function findSpans(text: string, words: readonly string[]): Span[] {
  if (words.length === 0) return [];
  // For each unit of the folded text the index of its letter in the text.
  let plain = "";
  const from: number[] = [];
  let at = 0;
  for (const letter of text) {
    const small = fold(letter);
    for (let unit = 0; unit < small.length; unit += 1) from.push(at);
    plain += small;
    at += letter.length;
  }
  from.push(text.length);
  const found: Span[] = [];
  for (const word of words) {
    for (let hit = plain.indexOf(word); hit >= 0; hit = plain.indexOf(word, hit + word.length)) {
      const end = hit + word.length;
      // A letter that folds to several units is included completely, and so are the accents after it.
      let behind = end;
      while (behind < from.length - 1 && from[behind] === from[end - 1]) behind += 1;
      found.push({ from: from[hit] ?? 0, to: from[behind] ?? text.length });
    }
  }
  found.sort((one, other) => one.from - other.from);
  const apart: Span[] = [];
  for (const span of found) {
    const last = apart.at(-1);
    if (last && span.from < last.to) apart[apart.length - 1] = { from: last.from, to: Math.max(last.to, span.to) };
    else apart.push(span);
  }
  return apart;
}
