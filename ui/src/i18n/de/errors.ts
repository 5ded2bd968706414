/** German: errors and failures. */
import type { errors as english } from "../en/errors";
import { errorTexts } from "./error-texts";
import { failures } from "./failures";

export const errors: typeof english = {
  errors: errorTexts,
  failures,
  unknownFailure: (channel, code) =>
    `Nicht zugestellt. ${channel} meldet den Code ${code}; mehr steht im Protokoll des Hubs.`,
};
