import { describe, expect, it } from "vitest";

import { sendUntil } from "../../fixture/send";
import { soonest, windowOf } from "./messaging-window";

const HOUR = 3_600_000;
const NOW = 1_790_000_000_000;
const carla = (left: number | null) => {
  const window_until = left === null ? null : NOW + left;
  return { window_until, send: sendUntil(window_until, NOW) };
};

describe("the window", () => {
  it("is open, then closing, then closed, to the millisecond", () => {
    expect(windowOf(carla(2 * HOUR), NOW, 3600).is).toBe("open");
    expect(windowOf(carla(HOUR), NOW, 3600).is).toBe("open");
    expect(windowOf(carla(HOUR - 1), NOW, 3600)).toEqual({ is: "closing", left: HOUR - 1 });
    expect(windowOf(carla(1), NOW, 3600).is).toBe("closing");
    expect(windowOf(carla(0), NOW, 3600)).toEqual({ is: "closed", since: NOW });
  });

  it("was never open for a contact who never wrote, and does not exist on other channels", () => {
    expect(windowOf(carla(null), NOW, 3600).is).toBe("never");
    const send = { ...carla(null).send, text: { until: { kind: "open" as const } } };
    expect(windowOf({ send, window_until: null }, NOW, 3600).is).toBe("free");
  });

  it("sorts by what closes soonest; what is closed already comes last", () => {
    const rows = [carla(-HOUR), carla(9 * HOUR), carla(null), carla(HOUR)];
    expect(rows.sort((one, other) => soonest(one, other, NOW)).slice(0, 2)).toEqual([carla(HOUR), carla(9 * HOUR)]);
  });

  it("closes by the page's clock before the engine reports it", () => {
    expect(windowOf(carla(HOUR), NOW + HOUR, 3600)).toEqual({ is: "closed", since: NOW + HOUR });
  });

  it("does not depend on time for a contact who has opted out", () => {
    const send = { text: { barrier: "opted_out" as const }, template: { barrier: "opted_out" as const } };
    expect(windowOf({ send, window_until: NOW + HOUR }, NOW, 3600).is).toBe("opted_out");
  });
});
