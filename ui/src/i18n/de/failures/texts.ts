/** German: sentences that many failures share. */
export const NOT_SENT = "Die Nachricht wurde nicht gesendet.";
export const NOTHING_SENT = "Es wurde nichts gesendet.";

/** All codes from the first to the last. */
export function codeRange(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}

/** The text of some of a provider's error codes. */
export type CodeText = readonly [codes: readonly number[], text: string];

/** Texts by reason, such as `whatsapp.131026`. */
export function codeFailures(channel: string, texts: readonly CodeText[]): Record<string, string> {
  return Object.fromEntries(texts.flatMap(([codes, text]) => codes.map((code) => [`${channel}.${code}`, text])));
}
