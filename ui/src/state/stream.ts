/** The order of events: what was applied, what is missing, what must be acknowledged. */
import type { NumberedEvent } from "../bindings/NumberedEvent";

/** Acknowledge at the latest after so many events … */
const EVERY = 32;
/** … or so many milliseconds. */
const SOON = 200;

export type Verdict = "apply" | "skip" | "resync";

type Acknowledge = (subscription: number, seq: number) => void;

/** One subscription after another. */
export class Stream {
  #subscription: number | null = null;
  #seq = 0;
  #acknowledged = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  readonly #acknowledge: Acknowledge;

  constructor(acknowledge: Acknowledge) {
    this.#acknowledge = acknowledge;
  }

  /** What to do with an event. Repeats are skipped; a gap means that something was lost. */
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
    if (this.#seq - this.#acknowledged >= EVERY) this.#say();
    else this.#timer ??= setTimeout(() => this.#say(), SOON);
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

  #say(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#subscription === null) return;
    this.#acknowledged = this.#seq;
    this.#acknowledge(this.#subscription, this.#seq);
  }
}
