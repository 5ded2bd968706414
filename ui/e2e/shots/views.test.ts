/** Screenshots of all views, for review and for the README: target/shots. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import type { Page } from "playwright-core";
import type { PreviewServer } from "vite";
import { afterAll, beforeAll, test } from "vitest";

import type { AgentPage } from "../support/agent-page";
import { see, until } from "../support/wait";
import { visitSignInViews } from "../support/sign-in-views";
import { visitStates, stateGroups, serveFixture } from "../support/fixture-states";
import { visitViews, populatedHub } from "../support/views";
import { story } from "../support/testbed";
import { de, en } from "../support/words";

const FOLDER = fileURLToPath(new URL("../../../target/shots/", import.meta.url));
const SIZES = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
];

/** A screenshot of the page once two in a row are equal. */
async function captureSettled(page: Page): Promise<Buffer> {
  let before = await page.screenshot();
  return until("the page stops changing", async () => {
    const now = await page.screenshot();
    const same = now.equals(before);
    before = now;
    return same && now;
  });
}

let server: PreviewServer;
beforeAll(async () => {
  server = await serveFixture();
});
afterAll(() => server.close());

for (const words of [en, de]) {
  for (const theme of ["light", "dark"] as const) {
    for (const size of SIZES) {
      const variant = `${theme}-${words.locale.slice(0, 2)}-${size.width}x${size.height}`;
      const shoot = async ({ page }: Pick<AgentPage, "page">, view: string): Promise<void> => {
        await mkdir(FOLDER, { recursive: true });
        const picture = await captureSettled(page);
        await writeFile(join(FOLDER, `${view}-${variant}.png`), picture);
      };

      for (const { name, states } of stateGroups())
        test(`screenshots of fixture states, ${variant}, ${name}`, () =>
          visitStates(states, server, { words, theme, size }, (page, view) => shoot({ page }, `scripted-${view}`)));

      story(`screenshots, ${variant}`, populatedHub(words), async (testbed) => {
        const anna = await testbed.agent("Anna", { words, theme, size });
        await visitViews(testbed, anna, (view) => shoot(anna, view));
      });

      story(`screenshots of signing in, ${variant}`, { agents: ["Anna"] }, async (testbed) => {
        const you = await testbed.practice({ words, theme, size });
        await visitSignInViews(testbed, you, (view) => shoot(you, view));
      });

      story(`screenshots of practice, ${variant}`, { agents: ["Anna"] }, async (testbed) => {
        const you = await testbed.practice({ words, theme, size });
        await you.is(words.notReady);
        await shoot(you, "practice-begin");
        await you.becomes(words.ready);
        await see(you.page.getByRole("region", { name: words.ringing }), "a practice customer");
        await shoot(you, "practice-rings");
      });
    }
  }
}
