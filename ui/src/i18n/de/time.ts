/** German: times and spans. */
import type { time as english } from "../en/time";

export const time: typeof english = {
  time: { on: (date) => `am ${date}` },
  duration: { h: "h", min: "min", s: "s", d: "T" },
};
