/** The labels of case facts. */
import { m } from "../../i18n/index.svelte";
import type { CaseFact } from "../../state/case-facts";

export const factLabel = (fact: CaseFact): string => fact.label ?? m().panel.facts[fact.key] ?? fact.key;

export const factValue = (fact: CaseFact): string =>
  fact.key === "referral.source_type" ? (m().panel.sources[fact.value] ?? fact.value) : fact.value;
