/** The shortcuts that work in every view. */
import { interactionOf, ringingOffers, workSections } from "../../state/selectors";
import { chordOf, shortcutOf, type Shortcut } from "../../state/shortcuts";
import type { View } from "../../state/view";
import type { ViewContext } from "../context";
import { focusPane, isTyping, nextPane } from "../focus";
import { afterLazyViews } from "../load-lazy.svelte";
import { finish, isPanelOpen, showPanel, showTab } from "../panel/panel";
import { viewOfShortcut, type ViewShortcut } from "../view-registry";

type Action = (context: ViewContext) => void;
type ActionShortcut = Exclude<Shortcut, ViewShortcut>;

const ACTIONS: Record<ActionShortcut, Action> = {
  accept: ({ workspace, ticker }) => {
    const offer = ringingOffers(workspace.state, ticker.now + workspace.state.offset)[0];
    if (offer && workspace.state.connection.state === "live") void workspace.accept(offer);
  },
  decline: ({ workspace, ticker }) => {
    const offer = ringingOffers(workspace.state, ticker.now + workspace.state.offset)[0];
    if (offer && workspace.state.connection.state === "live") void workspace.offers.decline(offer.id);
  },
  ready: ({ workspace }) => {
    const status = workspace.state.statuses[0];
    if (status) void workspace.setStatus(status.channel, status.readiness === "ready" ? "not_ready" : "ready", null);
  },
  close_: (context) => {
    const { workspace } = context;
    const { open, me } = workspace.state;
    const interaction = open === null ? null : interactionOf(workspace.state, open);
    if (!interaction || interaction.agent !== me?.id) return;
    if (interaction.state === "active") void workspace.interactions.end(interaction.id);
    if (interaction.state === "ended") void finish(context, interaction);
  },
  emoji: ({ screen }) => {
    screen.emojiPicker = !screen.emojiPicker;
  },
  details: (context) => {
    if (!isPanelOpen(context)) showPanel(context, true);
    afterLazyViews(() => focusPane("panel"));
  },
  contact: (context) => showTab(context, "contact"),
  conversation: (context) => showTab(context, "conversation"),
  notifications: (context) => showTab(context, "notifications"),
  history: (context) => showTab(context, "history"),
  undo: ({ workspace }) => {
    const { undoableEnd } = workspace.interactions;
    if (undoableEnd && undoableEnd.until > Date.now()) void workspace.interactions.resume(undoableEnd.interaction);
  },
  next: (context) => openNext(context, 1),
  previous: (context) => openNext(context, -1),
  panes: () => nextPane(1),
  panesBack: () => nextPane(-1),
};

/** The shortcuts that repeat while their keys are held down. */
const REPEATS: ReadonlySet<Shortcut> = new Set(["next", "previous", "panes", "panesBack"]);

function run(context: ViewContext, shortcut: Shortcut): void {
  const view = viewOfShortcut(shortcut);
  if (view === null) ACTIONS[shortcut as ActionShortcut](context);
  else openView(context, view);
}

function openView({ workspace }: ViewContext, view: View): void {
  workspace.show(view);
  afterLazyViews(() => focusPane("list"));
}

/** Opens the next conversation of the work list, or the previous one. */
function openNext({ workspace, ticker }: ViewContext, step: 1 | -1): void {
  const { active, ended } = workSections(
    workspace.state,
    workspace.preferences.current.order,
    ticker.now + workspace.state.offset,
  );
  const ids = [...active, ...ended].map((entry) => entry.conversation.id);
  const at = workspace.state.open === null ? -1 : ids.indexOf(workspace.state.open);
  const next = ids[at < 0 ? (step > 0 ? 0 : ids.length - 1) : (at + step + ids.length) % ids.length];
  if (next === undefined) return;
  workspace.show("workspace");
  workspace.open(next);
}

/** Handles a key pressed anywhere in the page. */
export function onKey(context: ViewContext, event: KeyboardEvent): void {
  if (event.isComposing || event.defaultPrevented) return;
  const chord = chordOf(event);
  const shortcut = chord === null ? null : shortcutOf(context.workspace.keys.current, chord);
  if (shortcut !== null) {
    event.preventDefault();
    if (!event.repeat || REPEATS.has(shortcut)) run(context, shortcut);
    return;
  }
  // These two cannot be changed: they open the list of shortcuts.
  const help = event.key === "?" && !isTyping(event.target);
  const helpAnywhere = event.key === "/" && (event.ctrlKey || event.metaKey);
  if (help || helpAnywhere) {
    event.preventDefault();
    context.screen.shortcutSheet = true;
  }
}
