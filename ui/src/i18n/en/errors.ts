/** English: errors and failures. The texts are the hub's own; here are those of other sources. */
export const errors = {
  errors: {} as Record<string, string>,
  failures: {} as Record<string, string>,
  /** For a provider's code without a text of its own; null: the hub's sentence is shown. */
  unknownFailure: null as ((channel: string, code: string) => string) | null,
};
