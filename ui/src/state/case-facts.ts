/** The facts of a case, in the order in which they are shown. Pure. */
import type { CaseField } from "../bindings/CaseField";
import type { CaseKey } from "../bindings/CaseKey";

export interface CaseFact {
  readonly key: string;
  /** The hub's label; null for facts that the channel sends, such as `referral.headline`. */
  readonly label: string | null;
  /** Empty if it is not known. */
  readonly value: string;
  readonly editable: boolean;
}

/** Ids that are of no use to a person. */
const HIDDEN = new Set(["referral.source_id", "referral.ctwa_clid"]);

/** First the facts that the hub's settings list, then the others. Empty ones are left out unless they are editable. */
export function caseFacts(fields: readonly CaseField[], keys: readonly CaseKey[], mine: boolean): CaseFact[] {
  const value = (key: string): string => fields.find((field) => field.key === key)?.value ?? "";
  const listed = new Set(keys.map((one) => one.key));
  return [
    ...keys.map(({ key, label, editable }) => ({ key, label, value: value(key), editable: editable && mine })),
    ...fields
      .filter((field) => !listed.has(field.key) && !HIDDEN.has(field.key))
      .map((field) => ({ key: field.key, label: null, value: field.value, editable: false })),
  ].filter((fact) => fact.value !== "" || fact.editable);
}
