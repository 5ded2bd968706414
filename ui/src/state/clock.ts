/** One clock for every timer on the screen. */
import { createSubscriber } from "svelte/reactivity";

/** Has its readers drawn again every second, at the full second. They read the time and never count ticks. */
export class Ticker {
  #now: number;
  readonly #subscribe: () => void;

  constructor() {
    this.#now = Date.now();
    this.#subscribe = createSubscriber((update) => {
      let timer: ReturnType<typeof setTimeout>;
      const tick = (): void => {
        this.#now = Date.now();
        update();
        timer = setTimeout(tick, 1000 - (this.#now % 1000));
      };
      timer = setTimeout(tick, 1000 - (Date.now() % 1000));
      // Timers of a hidden page are throttled: update at once when it is visible again.
      const onVisible = (): void => {
        this.#now = Date.now();
        update();
      };
      document.addEventListener("visibilitychange", onVisible);
      return () => {
        clearTimeout(timer);
        document.removeEventListener("visibilitychange", onVisible);
      };
    });
  }

  /** This desktop's clock in milliseconds, at most a second old. */
  get now(): number {
    this.#subscribe();
    const real = Date.now();
    if (real - this.#now > 1000 || real < this.#now) this.#now = real;
    return this.#now;
  }
}
