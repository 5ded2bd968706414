/** Text as the hub compares it when it searches (`crates/hub/src/folding.rs`): without case and accents. Pure. */

/** Stands upon or below the letter before it: the same blocks as at the hub. */
const MARK = /[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]/gu;
const LETTERS: Readonly<Record<string, string>> = { ß: "ss", æ: "ae", œ: "oe", ø: "o", đ: "d", ł: "l", ı: "i" };
/** More words are left out, as at the hub. */
const WORDS = 8;

export function folded(text: string): string {
  let plain = "";
  for (const letter of text.normalize("NFKD").replace(MARK, "")) {
    const small = letter.toLowerCase().replace(MARK, "");
    plain += LETTERS[small] ?? small;
  }
  return plain;
}

/** The words that are looked for. */
export function wordsOf(search: string): string[] {
  return search
    .split(/\s+/u)
    .map(folded)
    .filter((word) => word !== "")
    .slice(0, WORDS);
}

export interface Span {
  readonly from: number;
  /** Behind the last one. */
  readonly to: number;
}

/** Where one of these folded words stands in the text as it is written, in order and without overlapping. */
export function spans(text: string, words: readonly string[]): Span[] {
  if (words.length === 0) return [];
  // Which letter of the text each letter of the folded text comes from.
  let plain = "";
  const from: number[] = [];
  let at = 0;
  for (const letter of text) {
    const small = folded(letter);
    for (let unit = 0; unit < small.length; unit += 1) from.push(at);
    plain += small;
    at += letter.length;
  }
  from.push(text.length);
  const found: Span[] = [];
  for (const word of words) {
    for (let hit = plain.indexOf(word); hit >= 0; hit = plain.indexOf(word, hit + word.length)) {
      const end = hit + word.length;
      // A letter that became several is marked whole, and so is one whose accent stands behind it.
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
