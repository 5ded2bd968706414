/** Splits a text that is too long for one message where a reader would. Pure. */
import type { TextLimit } from "../../bindings/TextLimit";
import { endOfFit } from "../../state/text-length";

/** One part of a text. */
export interface TextPart {
  readonly body: string;
  /** Where it starts in the text, in string units. */
  readonly from: number;
}

/** The most parts that are offered. */
export const MAX_PARTS = 10;

/** Where a text may be split, the best first; a part ends after the match. */
const BREAKS = [/\n[ \t]*\n/gu, /\n/gu, /[.!?…]["'”’»)\]]*\s|[。！？]/gu, /\s/gu];

const clusters = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/**
 * The parts of a text in order, each within the limit. A part ends at a paragraph if one ends in its second half, else
 * at a line, sentence or word, and never within a grapheme, unless that alone is too long. Only white space between two
 * parts is left out.
 */
export function splitText(text: string, limit: TextLimit): TextPart[] {
  const parts: TextPart[] = [];
  let from = 0;
  while (from < text.length) {
    const end = endOfPart(text, from, limit);
    const body = text.slice(from, end).trimEnd();
    if (body.trim() !== "") parts.push({ body, from });
    from = end;
    if (from < text.length) from += /^\s*/u.exec(text.slice(from))?.[0].length ?? 0;
  }
  return parts;
}

/** Where the part ends that starts at `from`. */
function endOfPart(text: string, from: number, limit: TextLimit): number {
  const furthest = endOfFit(text, from, limit);
  if (furthest >= text.length) return text.length;
  const room = text.slice(from, furthest);
  for (const pattern of BREAKS) {
    let end = 0;
    for (const match of room.matchAll(pattern)) end = match.index + match[0].length;
    // A worse split is better than a message that is half empty.
    if (end > room.length / 2) return from + end;
  }
  // Segmented from the start of the part, so that the pairs of letters of flags are paired as they are shown.
  const cluster = clusters.segment(text.slice(from, furthest + MAX_GRAPHEME)).containing(furthest - from);
  return cluster && cluster.index > 0 ? from + cluster.index : furthest;
}

/** How far a grapheme is followed past the end, in string units: a family with skin tones has about forty. */
const MAX_GRAPHEME = 512;
