/** The sequence of the engine's events: detects repeats and gaps, and acknowledges in batches. */
import type { NumberedEvent } from "../bindings/NumberedEvent";

/** An acknowledgement is sent after so many events. */
const MAX_UNACKNOWLEDGED = 32;
/** An acknowledgement is sent after so many milliseconds. */
const ACKNOWLEDGE_DELAY = 200;

export type Verdict = "apply" | "skip" | "resync";

type Acknowledge = (subscription: number, seq: number) => void;

/** The events of one subscription after another. */
export class Stream {
  #subscription: number | null = null;
  #seq = 0;
  #acknowledged = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  readonly #acknowledge: Acknowledge;

  constructor(acknowledge: Acknowledge) {
    this.#acknowledge = acknowledge;
  }

  /** What to do with an event: repeats are skipped, and a gap means that events were lost. */
  receive(event: NumberedEvent): Verdict {
    if (event.event.event === "subscribed") {
      this.reset();
      this.#subscription = event.event.subscription;
      this.#seq = event.seq;
    } else {
      if (event.event.event === "resync") return "resync";
      if (event.seq <= this.#seq) return "skip";
      if (this.#subscription === null || event.seq !== this.#seq + 1) return "resync";
      this.#seq = event.seq;
    }
    if (this.#seq - this.#acknowledged >= MAX_UNACKNOWLEDGED) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), ACKNOWLEDGE_DELAY);
    return "apply";
  }

  /** Forgets the subscription. */
  reset(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#subscription = null;
    this.#seq = 0;
    this.#acknowledged = 0;
  }

  #flush(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#subscription === null) return;
    this.#acknowledged = this.#seq;
    this.#acknowledge(this.#subscription, this.#seq);
  }
}
