import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { Notes } from "./notes";

let saved: [string, string][] = [];
let refuse = false;
let hold: Promise<void> | null = null;
let told = 0;
let notes: Notes;

beforeEach(() => {
  vi.useFakeTimers();
  saved = [];
  refuse = false;
  hold = null;
  told = 0;
  notes = new Notes(
    async (interaction, note) => {
      await hold;
      if (refuse) throw new Error("offline");
      saved.push([interaction, note]);
    },
    () => (told += 1),
  );
});

afterEach(() => vi.useRealTimers());

it("is saved once after a pause, with the last text", async () => {
  notes.write("carla", "Call", "");
  notes.write("carla", "Call back on Monday", "");
  expect(notes.state("carla")).toBe("unsaved");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(saved).toEqual([["carla", "Call back on Monday"]]);
  expect(notes.state("carla")).toBe("saved");
  expect(told).toBeGreaterThan(1);
});

it("is kept while another conversation is open and the hub cannot be reached", async () => {
  refuse = true;
  notes.write("carla", "Call back", "");
  notes.write("deniz", "New invoice", "");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(notes.state("carla")).toBe("failed");
  expect(notes.read("carla", "an older note")).toBe("Call back");
  refuse = false;
  await notes.saveAll();
  expect(saved).toEqual([
    ["carla", "Call back"],
    ["deniz", "New invoice"],
  ]);
  expect(await notes.flush("carla")).toBe(true);
});

it("once saved it stays, and then the hub's text is shown", async () => {
  notes.write("carla", "Call back", "");
  await notes.flush("carla");
  // The hub's row comes a moment after its answer.
  expect(notes.read("carla", "")).toBe("Call back");
  expect(notes.read("carla", "Call back, said the supervisor")).toBe("Call back, said the supervisor");
});

it("text typed during a save is saved after it, in order", async () => {
  let go = (): void => undefined;
  hold = new Promise((resolve) => (go = resolve));
  notes.write("carla", "Call", "");
  const first = notes.flush("carla");
  notes.write("carla", "Call back", "");
  expect(notes.state("carla")).toBe("unsaved");
  const second = notes.flush("carla");
  go();
  expect([await first, await second]).toEqual([true, true]);
  expect(notes.state("carla")).toBe("saved");
  expect(saved).toEqual([
    ["carla", "Call"],
    ["carla", "Call back"],
  ]);
});
