/** Reports to the hub whether alerts of offers were shown in the page. */
import type { AlertOutcome } from "../bindings/AlertOutcome";
import type { Offer } from "../bindings/Offer";
import type { OfferId } from "../bindings/OfferId";

type Report = (offer: OfferId, outcome: AlertOutcome, why: string | null) => void;

/** Remembers the last report of each offer, so that each outcome is reported once. */
export class AlertReports {
  readonly #outcomes = new Map<OfferId, AlertOutcome>();
  readonly #report: Report;

  constructor(report: Report) {
    this.#report = report;
  }

  /**
   * Call it when the ringing offers or the visibility of the page changed. Returns the offers that are alerted for the
   * first time, for the sound.
   */
  update(offers: readonly Offer[], visible: boolean): Offer[] {
    const fresh: Offer[] = [];
    for (const offer of offers) {
      const last = this.#outcomes.get(offer.id);
      if (visible && (last === undefined || last === "suppressed")) {
        this.#send(offer.id, "handed_over", null);
        fresh.push(offer);
      } else if (!visible && last === undefined) {
        this.#send(offer.id, "suppressed", "the page is hidden");
        fresh.push(offer);
      }
    }
    const ringing = new Set(offers.map((offer) => offer.id));
    for (const id of this.#outcomes.keys()) if (!ringing.has(id)) this.#outcomes.delete(id);
    return fresh;
  }

  /** The agent reacted to the alert. */
  markSeen(offer: OfferId): void {
    if (this.#outcomes.has(offer) && this.#outcomes.get(offer) !== "seen") this.#send(offer, "seen", null);
  }

  #send(offer: OfferId, outcome: AlertOutcome, why: string | null): void {
    this.#outcomes.set(offer, outcome);
    this.#report(offer, outcome, why);
  }
}
