import { expect, it } from "vitest";

import { ScreenState } from "./screen-state.svelte";

it("whoever works here next finds nothing of what was begun and opened before", () => {
  const desk = new ScreenState();
  desk.refill = {
    conversation: "carla",
    content: {
      kind: "notification",
      template: "t",
      language: "en",
      header: null,
      body: "Dear Carla",
      footer: null,
      buttons: [],
    },
  };
  desk.handed = { conversation: "carla", body: "Until s" };
  desk.shortcuts = true;
  desk.leave();
  expect([desk.refill, desk.handed, desk.shortcuts]).toEqual([null, null, false]);
});
