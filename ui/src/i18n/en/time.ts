/** English: times and spans. */
export const time = {
  time: { on: (date: string) => `on ${date}` },
  duration: {
    /** Short forms, for timers. */
    h: "h",
    min: "min",
    s: "s",
    d: "d",
  },
};
