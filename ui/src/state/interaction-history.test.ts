import { describe, expect, it } from "vitest";

import { agentNames, NO_FILTER, dayAt, startOfDay, duration, toRequestFilter, withPage } from "./interaction-history";
import { INITIAL } from "./state";
import { ANNA, interaction, NOW } from "../../fixture/rows";

const past = (id: string) => ({
  interaction: interaction(id, "carla"),
  channel: "whatsapp" as const,
  contact: "c",
  contact_name: "Carla",
});

describe("the history", () => {
  it("requests the agent's interactions without a contact, and the contact's with one", () => {
    expect(toRequestFilter(null, NO_FILTER)).toEqual({
      contact: null,
      channel: null,
      agent: null,
      disposition: null,
      from: null,
      to: null,
    });
    expect(
      toRequestFilter("c", { ...NO_FILTER, agent: " Ben ", channel: "whatsapp", disposition: "solved" }),
    ).toMatchObject({
      contact: "c",
      agent: "Ben",
      channel: "whatsapp",
      disposition: "solved",
    });
  });

  it("includes both days of a range, in the local time zone", () => {
    const { from, to } = toRequestFilter(null, { ...NO_FILTER, from: "2026-03-01", to: "2026-03-01" });
    expect(from).toBe(new Date(2026, 2, 1).getTime());
    expect(to).toBe(new Date(2026, 2, 2).getTime());
    expect(startOfDay("tomorrow", 0)).toBeNull();
    // Half an hour before and after midnight here, whatever day it is in Greenwich.
    expect(dayAt(new Date(2026, 2, 1, 23, 30).getTime())).toBe("2026-03-01");
    expect(dayAt(new Date(2026, 2, 2, 0, 30).getTime())).toBe("2026-03-02");
  });

  it("shows nothing twice when pages overlap", () => {
    expect(withPage([past("a"), past("b")], [past("b"), past("c")]).map((row) => row.interaction.id)).toEqual([
      "a",
      "b",
      "c",
    ]);
  });

  it("shows the handling time when it has ended", () => {
    expect(
      duration(
        interaction("i", "carla", {
          active_since: NOW + 80_000,
          ended_at: NOW + 90_000,
          participants: [
            { agent: "anna", name: "Anna", handled_ms: 60_000 },
            { agent: "ben", name: "Ben", handled_ms: 30_000 },
          ],
        }),
      ),
    ).toBe(90_000);
    expect(duration(interaction("i", "carla", { ended_at: null }))).toBeNull();
  });
});

it("the agents to choose from are those of the loaded interactions, each once", () => {
  const interactions = new Map([
    ["i", interaction("i", "carla", { agent_name: "Ben" })],
    ["j", interaction("j", "carla", { agent_name: null })],
  ]);
  expect(agentNames({ ...INITIAL, me: ANNA, interactions }, ["Zoe", "Ben", ""])).toEqual(["Anna", "Ben", "Zoe"]);
});
