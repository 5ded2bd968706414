/** Platform, then state, then the screen. */
import { mount } from "svelte";

import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/bubble.css";
import { openPlatform } from "./platform";
import { Workspace } from "./state/workspace";
import Shell from "./views/shell/Shell.svelte";

const root = document.getElementById("app");
if (root) {
  const workspace = new Workspace(await openPlatform());
  void workspace.sync();
  mount(Shell, { target: root, props: { workspace } });
}
