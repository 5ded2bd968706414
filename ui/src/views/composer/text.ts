/** What the composer knows of texts. */
import type { ErrorBody } from "../../bindings/ErrorBody";

/** The longest text that may be sent, in characters as the provider counts them. */
export const LONGEST = 4096;
/** From here on the rest is counted on the screen. */
export const NEARLY = 3800;

/** A text's length in characters: a character outside the basic plane is one, not two. */
export function count(text: string): number {
  // Short texts are short however they are counted; this runs at every key.
  if (text.length <= NEARLY) return text.length;
  let length = 0;
  for (const _ of text) length += 1;
  return length;
}

/** What an engine's refusal says; anything else that was thrown is an internal error. */
export function complaintOf(error: unknown): ErrorBody {
  if (typeof error === "object" && error !== null && "body" in error) return error.body as ErrorBody;
  return { code: "internal", message: String(error) };
}
