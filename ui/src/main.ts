/** Platform, then state, then the screen. */
import { mount } from "svelte";

import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/bubble.css";
import { openPlatform } from "./platform";
import { pause } from "./state/reading";
import { Workspace } from "./state/workspace";
import Shell from "./views/shell/Shell.svelte";

/**
 * How long the first picture waits for what it is to show, in milliseconds. Nearly always the engine answers within a
 * few, and nothing is drawn twice; else it says what it waits for.
 */
const FIRST_PICTURE = 200;

const root = document.getElementById("app");
if (root) {
  const workspace = new Workspace(await openPlatform());
  // Whatever goes wrong there is shown, and it tries again by itself.
  const synced = workspace.sync().catch(() => undefined);
  await Promise.race([synced, pause(FIRST_PICTURE)]);
  mount(Shell, { target: root, props: { workspace } });
}
