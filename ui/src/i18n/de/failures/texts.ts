/** German: sentences that many failures share. */
export const NOT_SENT = "Die Nachricht wurde nicht gesendet.";
export const NOTHING_SENT = "Es wurde nichts gesendet.";

/** All codes from the first to the last. */
export function codeRange(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}
