/** What is known of a case, in words. */
import { m } from "../../i18n/index.svelte";
import type { Fact } from "../../state/case-facts";

export const factLabel = (fact: Fact): string => fact.label ?? m().panel.facts[fact.key] ?? fact.key;

export const factValue = (fact: Fact): string =>
  fact.key === "referral.source_type" ? (m().panel.sources[fact.value] ?? fact.value) : fact.value;
