/** Parting a text that is too long for one message, where a reader would. */
import { LONGEST } from "./text";

/** One part of a text. */
export interface Part {
  readonly body: string;
  /** Where it begins in the whole text, in units of a string. */
  readonly from: number;
}

/** The most parts that are offered; whoever has more to say should say less. */
export const MOST_PARTS = 10;

/** Where a text may be parted, the best places first: the part ends after what is found. */
const BREAKS = [/\n[ \t]*\n/gu, /\n/gu, /[.!?…]["'”’»)\]]*\s|[。！？]/gu, /\s/gu];

const clusters = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/**
 * The parts of a text, each at most `longest` characters, in order. Between paragraphs if one ends in the second
 * half of a part, else between lines, sentences, words; and never inside of what is seen as one sign, unless that
 * alone is too long. Only white space between two parts is left out.
 */
export function split(text: string, longest = LONGEST): Part[] {
  const parts: Part[] = [];
  let from = 0;
  while (from < text.length) {
    const end = endOf(text, from, longest);
    const body = text.slice(from, end).trimEnd();
    if (body.trim() !== "") parts.push({ body, from });
    from = end;
    if (from < text.length) from += /^\s*/u.exec(text.slice(from))?.[0].length ?? 0;
  }
  return parts;
}

/** Where the part ends that begins at `from`. */
function endOf(text: string, from: number, longest: number): number {
  const furthest = after(text, from, longest);
  if (furthest >= text.length) return text.length;
  const room = text.slice(from, furthest);
  for (const place of BREAKS) {
    let end = 0;
    for (const found of room.matchAll(place)) end = found.index + found[0].length;
    // Better a worse place than a message that is half empty.
    if (end > room.length / 2) return from + end;
  }
  // Looked at from the part's beginning, so that the pairs of letters that make flags are paired as they are shown.
  const cluster = clusters.segment(text.slice(from, furthest + AHEAD)).containing(furthest - from);
  return cluster && cluster.index > 0 ? from + cluster.index : furthest;
}

/** How far a sign is followed over the end, in units of a string: the longest family with skin tones has some forty. */
const AHEAD = 512;

/** The place that is so many characters after another, or the text's end. */
function after(text: string, from: number, characters: number): number {
  let at = from;
  for (let left = characters; left > 0 && at < text.length; left -= 1) {
    at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  }
  return at;
}
