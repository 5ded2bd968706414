/** The names of hubs, and why a sign-in failed. */
import type { RememberedHub } from "../../bindings/RememberedHub";
import type { Workplace } from "../../bindings/Workplace";
import { m, errorText } from "../../i18n/index.svelte";
import { span } from "../../i18n/time";
import type { SignInError } from "../../state/sign-in";

/** An address without its scheme. */
export function hostOf(url: string): string {
  return url.replace(/^https?:\/\//u, "");
}

/** The name of a hub, or its address. */
export function nameOf(hub: RememberedHub): string {
  return hub.hub_name ?? hostOf(hub.url);
}

/** The hub of a workplace; null in practice mode and signed out. */
export function hubOf(workplace: Workplace | undefined): Extract<Workplace, { at: "hub" }> | null {
  return workplace?.at === "hub" ? workplace : null;
}

/** Why a sign-in failed. */
export function signInErrorText(reason: SignInError): string {
  if (!("why" in reason)) return errorText(reason);
  const words = m().signIn;
  const sentence = words.refused[reason.why];
  return reason.why === "too_many_tries" ? `${sentence} ${words.tryIn(span(reason.retry_after_ms))}` : sentence;
}
