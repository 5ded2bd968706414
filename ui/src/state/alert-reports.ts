/** What is reported to the hub about an offer's alert in the page, and when. */
import type { AlertOutcome } from "../bindings/AlertOutcome";
import type { Offer } from "../bindings/Offer";
import type { OfferId } from "../bindings/OfferId";

type Report = (offer: OfferId, outcome: AlertOutcome, why: string | null) => void;

/** Remembers what was said of each offer, so that everything is said once. */
export class AlertReports {
  readonly #said = new Map<OfferId, AlertOutcome>();
  readonly #report: Report;

  constructor(report: Report) {
    this.#report = report;
  }

  /**
   * Call when the ringing offers or the page's visibility changed. Returns the offers that are alerted
   * for the first time, for the sound.
   */
  update(offers: readonly Offer[], visible: boolean): Offer[] {
    const fresh: Offer[] = [];
    for (const offer of offers) {
      const said = this.#said.get(offer.id);
      if (visible && (said === undefined || said === "suppressed")) {
        this.#say(offer.id, "handed_over", null);
        fresh.push(offer);
      } else if (!visible && said === undefined) {
        this.#say(offer.id, "suppressed", "the page is hidden");
        fresh.push(offer);
      }
    }
    const ringing = new Set(offers.map((offer) => offer.id));
    for (const id of this.#said.keys()) if (!ringing.has(id)) this.#said.delete(id);
    return fresh;
  }

  /** The person acted on the alert. */
  seen(offer: OfferId): void {
    if (this.#said.has(offer) && this.#said.get(offer) !== "seen") this.#say(offer, "seen", null);
  }

  #say(offer: OfferId, outcome: AlertOutcome, why: string | null): void {
    this.#said.set(offer, outcome);
    this.#report(offer, outcome, why);
  }
}
