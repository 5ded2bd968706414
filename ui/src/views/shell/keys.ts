/** The shortcuts that work everywhere. Alt with a letter: free in browsers, screen readers and desktops. */
import { interactionOf, ringing, sections } from "../../state/selectors";
import type { View } from "../../state/state";
import type { Given } from "../context";
import { focusPane, isTyping, nextPane } from "../focus";
import { finish, panelOpen, showPanel, showTab } from "../panel/panel";

type Action = (given: Given) => void;

/** By the key's place on the keyboard, so that layouts do not matter. */
const WITH_ALT: Record<string, Action> = {
  KeyA: ({ workspace, ticker }) => {
    const offer = ringing(workspace.state, ticker.now + workspace.state.offset)[0];
    if (offer && workspace.state.connection.state === "live") void workspace.accept(offer);
  },
  KeyX: ({ workspace, ticker }) => {
    const offer = ringing(workspace.state, ticker.now + workspace.state.offset)[0];
    if (offer && workspace.state.connection.state === "live") void workspace.decline(offer.id);
  },
  KeyR: ({ workspace }) => {
    const status = workspace.state.statuses[0];
    if (status) void workspace.setStatus(status.channel, status.readiness === "ready" ? "not_ready" : "ready", null);
  },
  KeyC: (given) => {
    const { workspace } = given;
    const { open, me } = workspace.state;
    const interaction = open === null ? null : interactionOf(workspace.state, open);
    if (!interaction || interaction.agent !== me?.id) return;
    if (interaction.state === "active") void workspace.handling.end(interaction.id);
    if (interaction.state === "ended") void finish(given, interaction);
  },
  KeyE: ({ desk }) => {
    desk.emoji = !desk.emoji;
  },
  KeyI: (given) => {
    if (!panelOpen(given)) showPanel(given, true);
    requestAnimationFrame(() => focusPane("panel"));
  },
  KeyP: (given) => showTab(given, "contact"),
  KeyT: (given) => showTab(given, "conversation"),
  KeyN: (given) => showTab(given, "notifications"),
  KeyH: (given) => showTab(given, "history"),
  KeyW: ({ workspace }) => show(workspace, "workspace"),
  KeyM: ({ workspace }) => show(workspace, "communication"),
  KeyZ: ({ workspace }) => {
    const { justEnded } = workspace.handling;
    if (justEnded && justEnded.until > Date.now()) void workspace.handling.resume(justEnded.interaction);
  },
  ArrowDown: (given) => step(given, 1),
  ArrowUp: (given) => step(given, -1),
};

function show(workspace: Given["workspace"], view: View): void {
  workspace.show(view);
  requestAnimationFrame(() => focusPane("list"));
}

function step({ workspace, ticker }: Given, by: 1 | -1): void {
  const { active, ended } = sections(workspace.state, workspace.preferences.now.order, ticker.now + workspace.state.offset);
  const ids = [...active, ...ended].map((entry) => entry.conversation.id);
  const at = workspace.state.open === null ? -1 : ids.indexOf(workspace.state.open);
  const next = ids[at < 0 ? (by > 0 ? 0 : ids.length - 1) : (at + by + ids.length) % ids.length];
  if (next === undefined) return;
  workspace.show("workspace");
  workspace.open(next);
}

/** Acts on a key pressed anywhere. */
export function onKey(given: Given, event: KeyboardEvent): void {
  if (event.isComposing || event.defaultPrevented) return;
  const action = WITH_ALT[event.code];
  if (action && event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    if (!event.repeat || event.code.startsWith("Arrow")) action(given);
    return;
  }
  if (event.key === "F6" && !event.ctrlKey && !event.altKey) {
    event.preventDefault();
    nextPane(event.shiftKey ? -1 : 1);
    return;
  }
  if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.code === "KeyK") {
    event.preventDefault();
    given.workspace.show("search");
    requestAnimationFrame(() => focusPane("list"));
    return;
  }
  const sheet = event.key === "?" && !isTyping(event.target);
  const sheetAnywhere = event.key === "/" && (event.ctrlKey || event.metaKey);
  if (sheet || sheetAnywhere) {
    event.preventDefault();
    given.desk.shortcuts = true;
  }
}
