/** Starts the page on an engine: platform, then state, then the screen. */
import { mount } from "svelte";

import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/bubble.css";
import { chooseLanguage, loadLanguage } from "./i18n/index.svelte";
import type { Platform } from "./platform";
import { pause } from "./state/retry";
import { Workspace } from "./state/workspace";
import { loadLazyViews } from "./views/load-lazy.svelte";
import Shell from "./views/shell/Shell.svelte";

/**
 * How long the first paint waits for the snapshot, and then for the code that draws it, in milliseconds. Both usually
 * take only a few, and the page is drawn once; after that it shows what it is waiting for.
 */
const FIRST_PAINT_TIMEOUT = 200;

/** Mounts the workspace in `#app`, first painted with the snapshot where that arrives in time. */
export async function start(platform: Platform): Promise<void> {
  const target = document.getElementById("app");
  if (!target) return;
  const workspace = new Workspace(platform);
  // Errors are shown on the screen, and `sync` retries.
  const synced = workspace.sync().catch(() => undefined);
  await Promise.race([synced, pause(FIRST_PAINT_TIMEOUT)]);
  const { settings, host, open } = workspace.state;
  chooseLanguage(settings.language);
  const more = host?.place.at === "doorway" || open !== null ? [loadLazyViews()] : [];
  await Promise.race([Promise.all([loadLanguage(), ...more]), pause(FIRST_PAINT_TIMEOUT)]);
  mount(Shell, { target, props: { workspace } });
  // After the frame that shows it; a hidden page draws none, so there is a time-out.
  await Promise.race([new Promise(requestAnimationFrame), pause(FIRST_PAINT_TIMEOUT)]);
  setTimeout(() => void loadLazyViews());
}
