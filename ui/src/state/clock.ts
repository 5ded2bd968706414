/** One ticker for every timer on the screen. What is shown derives from the clock, never from ticks counted. */
import { createSubscriber } from "svelte/reactivity";

/** Tells its readers the time again every second, at the full second. */
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
      // A hidden window's timers are throttled: be right at once when it is seen again.
      const seen = (): void => {
        this.#now = Date.now();
        update();
      };
      document.addEventListener("visibilitychange", seen);
      return () => {
        clearTimeout(timer);
        document.removeEventListener("visibilitychange", seen);
      };
    });
  }

  /** This desktop's clock, read anew at least every second. */
  get now(): number {
    this.#subscribe();
    const real = Date.now();
    if (real - this.#now > 1000 || real < this.#now) this.#now = real;
    return this.#now;
  }
}
