/** Pictures of all views, for looking at and for the README: target/shots. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import type { Page } from "playwright-core";
import type { PreviewServer } from "vite";
import { afterAll, beforeAll, test } from "vitest";

import type { Desk } from "../support/agent-page";
import { see, until } from "../support/wait";
import { everyWayIn } from "../support/sign-in-views";
import { everyState, inParts, servesScripted } from "../support/fixture-states";
import { everyView, livelyHub } from "../support/views";
import { story } from "../support/testbed";
import { de, en } from "../support/words";

const FOLDER = fileURLToPath(new URL("../../../target/shots/", import.meta.url));
const SIZES = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
];

/** The picture once it stays the same. */
async function settled(page: Page): Promise<Buffer> {
  let before = await page.screenshot();
  return until("the picture stays the same", async () => {
    const now = await page.screenshot();
    const same = now.equals(before);
    before = now;
    return same && now;
  });
}

let server: PreviewServer;
beforeAll(async () => {
  server = await servesScripted();
});
afterAll(() => server.close());

for (const words of [en, de]) {
  for (const theme of ["light", "dark"] as const) {
    for (const size of SIZES) {
      const look = `${theme}-${words.locale.slice(0, 2)}-${size.width}x${size.height}`;
      const shoot = async ({ page }: Pick<Desk, "page">, view: string): Promise<void> => {
        await mkdir(FOLDER, { recursive: true });
        const picture = await settled(page);
        await writeFile(join(FOLDER, `${view}-${look}.png`), picture);
      };

      for (const { name, states } of inParts())
        test(`pictures of scripted states, ${look}, ${name}`, () =>
          everyState(states, server, { words, theme, size }, (page, view) => shoot({ page }, `scripted-${view}`)));

      story(`pictures, ${look}`, livelyHub(words), async (world) => {
        const anna = await world.desk("Anna", { words, theme, size });
        await everyView(world, anna, (view) => shoot(anna, view));
      });

      story(`pictures of signing in, ${look}`, { agents: ["Anna"] }, async (world) => {
        const you = await world.practice({ words, theme, size });
        await everyWayIn(world, you, (view) => shoot(you, view));
      });

      story(`pictures of practice, ${look}`, { agents: ["Anna"] }, async (world) => {
        const you = await world.practice({ words, theme, size });
        await you.is(words.notReady);
        await shoot(you, "practice-begin");
        await you.becomes(words.ready);
        await see(you.page.getByRole("region", { name: words.ringing }), "a practice customer");
        await shoot(you, "practice-rings");
      });
    }
  }
}
