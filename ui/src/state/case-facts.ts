/** What is known about a case, in the order to show it. Pure. */
import type { CaseField } from "../bindings/CaseField";
import type { CaseKey } from "../bindings/CaseKey";

export interface Fact {
  readonly key: string;
  /** The hub's name for it; null for what came by itself, such as `referral.headline`. */
  readonly label: string | null;
  /** Empty where nothing is known yet. */
  readonly value: string;
  readonly editable: boolean;
}

/** Only for machines: numbers that say nothing to a person. */
const SILENT = new Set(["referral.source_id", "referral.ctwa_clid"]);

/**
 * First what the hub's settings name, then the rest as it came. What is empty is left out, unless the agent
 * may fill it in.
 */
export function facts(known: readonly CaseField[], keys: readonly CaseKey[], mine: boolean): Fact[] {
  const value = (key: string): string => known.find((field) => field.key === key)?.value ?? "";
  const named = new Set(keys.map((one) => one.key));
  return [
    ...keys.map(({ key, label, editable }) => ({ key, label, value: value(key), editable: editable && mine })),
    ...known
      .filter((field) => !named.has(field.key) && !SILENT.has(field.key))
      .map((field) => ({ key: field.key, label: null, value: field.value, editable: false })),
  ].filter((fact) => fact.value !== "" || fact.editable);
}
