/** What the shortcuts do that work everywhere. */
import { interactionOf, ringing, sections } from "../../state/selectors";
import { chordOf, shortcutOf, type Shortcut } from "../../state/shortcuts";
import type { View } from "../../state/view";
import { afterLazyViews } from "../load-lazy.svelte";
import type { Given } from "../context";
import { focusPane, isTyping, nextPane } from "../focus";
import { finish, panelOpen, showPanel, showTab } from "../panel/panel";
import { viewOfShortcut, type ViewShortcut } from "../view-registry";

type Action = (given: Given) => void;

const ACTIONS: Record<Exclude<Shortcut, ViewShortcut>, Action> = {
  accept: ({ workspace, ticker }) => {
    const offer = ringing(workspace.state, ticker.now + workspace.state.offset)[0];
    if (offer && workspace.state.connection.state === "live") void workspace.accept(offer);
  },
  decline: ({ workspace, ticker }) => {
    const offer = ringing(workspace.state, ticker.now + workspace.state.offset)[0];
    if (offer && workspace.state.connection.state === "live") void workspace.decline(offer.id);
  },
  ready: ({ workspace }) => {
    const status = workspace.state.statuses[0];
    if (status) void workspace.setStatus(status.channel, status.readiness === "ready" ? "not_ready" : "ready", null);
  },
  close_: (given) => {
    const { workspace } = given;
    const { open, me } = workspace.state;
    const interaction = open === null ? null : interactionOf(workspace.state, open);
    if (!interaction || interaction.agent !== me?.id) return;
    if (interaction.state === "active") void workspace.handling.end(interaction.id);
    if (interaction.state === "ended") void finish(given, interaction);
  },
  emoji: ({ desk }) => {
    desk.emoji = !desk.emoji;
  },
  details: (given) => {
    if (!panelOpen(given)) showPanel(given, true);
    afterLazyViews(() => focusPane("panel"));
  },
  contact: (given) => showTab(given, "contact"),
  conversation: (given) => showTab(given, "conversation"),
  notifications: (given) => showTab(given, "notifications"),
  history: (given) => showTab(given, "history"),
  undo: ({ workspace }) => {
    const { justEnded } = workspace.handling;
    if (justEnded && justEnded.until > Date.now()) void workspace.handling.resume(justEnded.interaction);
  },
  next: (given) => step(given, 1),
  previous: (given) => step(given, -1),
  panes: () => nextPane(1),
  panesBack: () => nextPane(-1),
};

/** The shortcuts that repeat while their keys are held down. */
const REPEATS: ReadonlySet<Shortcut> = new Set(["next", "previous", "panes", "panesBack"]);

function run(given: Given, shortcut: Shortcut): void {
  const view = viewOfShortcut(shortcut);
  if (view === null) ACTIONS[shortcut as Exclude<Shortcut, ViewShortcut>](given);
  else openView(given, view);
}

function openView({ workspace }: Given, view: View): void {
  workspace.show(view);
  afterLazyViews(() => focusPane("list"));
}

function step({ workspace, ticker }: Given, by: 1 | -1): void {
  const { active, ended } = sections(
    workspace.state,
    workspace.preferences.now.order,
    ticker.now + workspace.state.offset,
  );
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
  const chord = chordOf(event);
  const shortcut = chord === null ? null : shortcutOf(given.workspace.keys.now, chord);
  if (shortcut !== null) {
    event.preventDefault();
    if (!event.repeat || REPEATS.has(shortcut)) run(given, shortcut);
    return;
  }
  // These two stay: the sheet tells all others.
  const sheet = event.key === "?" && !isTyping(event.target);
  const sheetAnywhere = event.key === "/" && (event.ctrlKey || event.metaKey);
  if (sheet || sheetAnywhere) {
    event.preventDefault();
    given.desk.shortcuts = true;
  }
}
