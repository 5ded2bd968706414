/** Accepting and declining offers, and the reports of their alerts. */
import type { Offer } from "../bindings/Offer";
import type { OfferId } from "../bindings/OfferId";
import { AlertReports } from "./alert-reports";
import { errorBody } from "./errors";
import { pause, RETRY_DELAY } from "./retry";
import { isObsolete, type Store } from "./store";

/** How often the row of an offer is looked at while its change is awaited, in milliseconds. */
const POLL_INTERVAL = 20;

export class Offers {
  readonly alerts: AlertReports;
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
    this.alerts = new AlertReports((offer, outcome, why) => {
      void store.notify({ method: "command", command: { name: "report_alert", offer, outcome, why } });
    });
  }

  /** Accepts an offer. Resolves to whether the agent has it; an error is shown. */
  async accept(offer: Offer): Promise<boolean> {
    this.alerts.markSeen(offer.id);
    try {
      await this.#store.request({ method: "command", command: { name: "accept_offer", offer: offer.id } });
      return true;
    } catch (error) {
      if (isObsolete(error)) return false;
      const body = errorBody(error);
      // The agent may have accepted it on another device.
      if (body.code === "offer_gone" && (await this.#wasTaken(offer.id))) return true;
      this.#store.showError(body);
      return false;
    }
  }

  async decline(offer: OfferId): Promise<void> {
    this.alerts.markSeen(offer);
    await this.#store.attempt({ method: "command", command: { name: "decline_offer", offer } });
  }

  /** Whether an offer was taken by this agent; its row may arrive after the refusal. */
  async #wasTaken(id: OfferId): Promise<boolean> {
    for (let waited = 0; waited < RETRY_DELAY; waited += POLL_INTERVAL) {
      const state = this.#store.state.offers.get(id)?.state;
      if (state !== undefined && state !== "ringing") return state === "taken";
      await pause(POLL_INTERVAL);
    }
    return false;
  }
}
