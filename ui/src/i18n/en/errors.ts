/** The English words for what did not work. */
export const errors = {
  errors: {} as Record<string, string>,
  failures: {} as Record<string, string>,
  /** For a code of the provider that has no words of its own; null where the hub's sentence is shown. */
  unnamedFailure: null as ((code: string) => string) | null,
};
