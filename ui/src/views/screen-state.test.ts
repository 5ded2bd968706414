import { expect, it } from "vitest";

import { ScreenState } from "./screen-state.svelte";

it("another workspace shows nothing of what was open in the last one", () => {
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
