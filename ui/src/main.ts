/** Platform, then state, then the screen. */
import { mount } from "svelte";

import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/bubble.css";
import { chooseLanguage, readWords } from "./i18n/index.svelte";
import { openPlatform } from "./platform";
import { pause } from "./state/reading";
import { Workspace } from "./state/workspace";
import Shell from "./views/shell/Shell.svelte";

/**
 * How long the first picture waits for what it is to show, in milliseconds, and then for its words. Nearly always
 * both come within a few, and nothing is drawn twice; else it says what it waits for.
 */
const FIRST_PICTURE = 200;

const root = document.getElementById("app");
if (root) {
  const workspace = new Workspace(await openPlatform());
  // Whatever goes wrong there is shown, and it tries again by itself.
  const synced = workspace.sync().catch(() => undefined);
  await Promise.race([synced, pause(FIRST_PICTURE)]);
  chooseLanguage(workspace.state.settings.language);
  await Promise.race([readWords(), pause(FIRST_PICTURE)]);
  mount(Shell, { target: root, props: { workspace } });
}
