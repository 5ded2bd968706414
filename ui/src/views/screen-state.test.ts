import { expect, it } from "vitest";

import { ScreenState } from "./screen-state.svelte";

it("whoever works here next finds nothing of what was begun and opened before", () => {
  const screen = new ScreenState();
  screen.refill = {
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
  screen.insertion = { conversation: "carla", body: "Until s" };
  screen.shortcutSheet = true;
  screen.reset();
  expect([screen.refill, screen.insertion, screen.shortcutSheet]).toEqual([null, null, false]);
});
