/** Pictures of all views, for looking at and for the README: target/shots. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import type { Desk } from "../support/desk";
import { see, until } from "../support/patience";
import { everyWayIn } from "../support/doorway";
import { everyView } from "../support/scenes";
import { story } from "../support/world";
import { de, en } from "../support/words";

const FOLDER = fileURLToPath(new URL("../../../target/shots/", import.meta.url));
const SIZES = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
];

/** The picture once it stays the same. */
async function settled(desk: Desk): Promise<Buffer> {
  let before = await desk.page.screenshot();
  return until("the picture stays the same", async () => {
    const now = await desk.page.screenshot();
    const same = now.equals(before);
    before = now;
    return same && now;
  });
}

for (const words of [en, de]) {
  for (const theme of ["light", "dark"] as const) {
    for (const size of SIZES) {
      const look = `${theme}-${words.locale.slice(0, 2)}-${size.width}x${size.height}`;
      const shoot = async (desk: Desk, view: string): Promise<void> => {
        await mkdir(FOLDER, { recursive: true });
        const picture = await settled(desk);
        await writeFile(join(FOLDER, `${view}-${look}.png`), picture);
      };

      story(`pictures, ${look}`, { agents: ["Anna"] }, async (world) => {
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
