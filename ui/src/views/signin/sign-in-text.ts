/** What is said of hubs, and of why nobody gets in. */
import type { RememberedHub } from "../../bindings/RememberedHub";
import type { Workplace } from "../../bindings/Workplace";
import { m, sayError } from "../../i18n/index.svelte";
import { span } from "../../i18n/time";
import type { SignInError } from "../../state/sign-in";

/** The part of an address that people know. */
export function hostOf(url: string): string {
  return url.replace(/^https?:\/\//u, "");
}

export function nameOf(hub: RememberedHub): string {
  return hub.hub_name ?? hostOf(hub.url);
}

/** The hub that one is at, if one is at any. */
export function hubOf(place: Workplace | undefined): Extract<Workplace, { at: "hub" }> | null {
  return place?.at === "hub" ? place : null;
}

/** Why somebody is not in. */
export function signInErrorText(reason: SignInError): string {
  if (!("why" in reason)) return sayError(reason);
  const words = m().signIn;
  const sentence = words.refused[reason.why];
  return reason.why === "too_many_tries" ? `${sentence} ${words.tryIn(span(reason.retry_after_ms))}` : sentence;
}
