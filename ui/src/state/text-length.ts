/**
 * How long a text is in the unit of its channel. Pure. The hub counts too (`crates/protocol/src/text_length.rs`); both
 * are held to the cases of `crates/protocol/tests/text_length.json`.
 */
import type { TextLimit } from "../bindings/TextLimit";
import type { TextUnit } from "../bindings/TextUnit";

/** GSM-7 septets of a message that is sent in one segment, and of each segment of a longer one. */
const SEPTETS = { single: 160, each: 153 };
/** UCS-2 code units of a message that is sent in one segment, and of each segment of a longer one. */
const CODE_UNITS = { single: 70, each: 67 };

/** The basic character set of GSM 7-bit (3GPP TS 23.038, 6.2.1), each one septet. */
const GSM_BASIC = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
/** The extension table (3GPP TS 23.038, 6.2.1.1), each two septets. */
const GSM_EXTENSION = new Set("\u000c^{}\\[~]|€");

/** How long the text is, in this unit. */
export function measure(text: string, unit: TextUnit): number {
  switch (unit) {
    case "characters":
      return countCharacters(text);
    case "utf16":
      return text.length;
    case "sms_segments":
      return countSegments(text);
  }
}

/** A draft beside the limit of its channel, both in the limit's unit. */
export interface DraftLength {
  /** Not counted while it is far below the limit. */
  readonly length: number;
  /** How much too long it is; negative while there is room. */
  readonly over: number;
  /** Whether it is worth showing: little room is left, or a text message costs more than one segment. */
  readonly near: boolean;
}

/** How many characters before the limit the length is worth showing. */
const NEAR = 296;
/** No text of so few string units needs more than one segment. */
const ONE_SEGMENT = CODE_UNITS.single;

/** Checks a draft against a limit; without one every length is allowed. Fast for short texts: it runs at every key. */
export function checkLength(text: string, limit: TextLimit | null): DraftLength {
  if (limit === null) return { length: 0, over: 0, near: false };
  const { max, unit } = limit;
  const segmented = unit === "sms_segments";
  const threshold = segmented ? 1 : max - Math.min(NEAR, Math.floor(max / 4));
  // A text has at least as many string units as characters.
  if (text.length <= (segmented ? ONE_SEGMENT : threshold)) return { length: text.length, over: -max, near: false };
  const length = measure(text, unit);
  return { length, over: length - max, near: length > threshold };
}

/**
 * The end of the longest part of the text that begins at `from` and fits the limit, as an index of the string. At least
 * one character after `from`, also where that alone does not fit.
 */
export function endOfFit(text: string, from: number, limit: TextLimit): number {
  const fits = (end: number): boolean => measure(text.slice(from, end), limit.unit) <= limit.max;
  const first = nextCharacter(text, from);
  let low = first;
  let high = Math.max(first, Math.min(text.length, from + mostUnits(limit)));
  // A longer part never measures less, so the end can be searched by halves.
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return isInsideCharacter(text, low) ? Math.max(low - 1, first) : low;
}

/** A character outside the basic plane is one, not two. */
function countCharacters(text: string): number {
  let length = 0;
  for (const _ of text) length += 1;
  return length;
}

function countSegments(text: string): number {
  const septets: number[] = [];
  for (const character of text) {
    if (GSM_BASIC.has(character)) septets.push(1);
    else if (GSM_EXTENSION.has(character)) septets.push(2);
    else
      return segments(
        Array.from(text, ({ length }) => length),
        CODE_UNITS,
      );
  }
  return segments(septets, SEPTETS);
}

/** Cuts characters of these lengths into segments. A character never lies in two segments. */
function segments(lengths: readonly number[], { single, each }: typeof SEPTETS): number {
  const all = lengths.reduce((sum, length) => sum + length, 0);
  if (all <= single) return all > 0 ? 1 : 0;
  let count = 1;
  let used = 0;
  for (const length of lengths) {
    if (used + length > each) {
      count += 1;
      used = 0;
    }
    used += length;
  }
  return count;
}

/** No text that fits the limit has more string units than this. */
function mostUnits({ max, unit }: TextLimit): number {
  switch (unit) {
    case "characters":
      return 2 * max;
    case "utf16":
      return max;
    case "sms_segments":
      return max * SEPTETS.single;
  }
}

function nextCharacter(text: string, at: number): number {
  return Math.min(text.length, at + ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1));
}

function isInsideCharacter(text: string, at: number): boolean {
  return at > 0 && (text.codePointAt(at - 1) ?? 0) > 0xffff;
}
