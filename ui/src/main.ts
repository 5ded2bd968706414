/** Platform, then state, then the screen. */
import { mount } from "svelte";

import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/bubble.css";
import { chooseLanguage, readWords } from "./i18n/index.svelte";
import { openPlatform } from "./platform";
import { pause } from "./state/reading";
import { Workspace } from "./state/workspace";
import { readRest } from "./views/arriving.svelte";
import Shell from "./views/shell/Shell.svelte";

/**
 * How long the first picture waits for what it is to show, in milliseconds, and then for the script that draws it.
 * Nearly always both come within a few, and nothing is drawn twice; else it says what it waits for.
 */
const FIRST_PICTURE = 200;

const root = document.getElementById("app");
if (root) {
  const workspace = new Workspace(await openPlatform());
  // Whatever goes wrong there is shown, and it tries again by itself.
  const synced = workspace.sync().catch(() => undefined);
  await Promise.race([synced, pause(FIRST_PICTURE)]);
  const { settings, host, open } = workspace.state;
  chooseLanguage(settings.language);
  const more = host?.place.at === "doorway" || open !== null ? [readRest()] : [];
  await Promise.race([Promise.all([readWords(), ...more]), pause(FIRST_PICTURE)]);
  mount(Shell, { target: root, props: { workspace } });
  // Behind the frame that shows it; where none is drawn, after a while.
  await Promise.race([new Promise(requestAnimationFrame), pause(FIRST_PICTURE)]);
  setTimeout(() => void readRest());
}
