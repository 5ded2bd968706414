/** Opening and closing the side panel and its tabs, and what must be filled in there before an interaction is Done. */
import { tick } from "svelte";

import type { ConversationId } from "../../bindings/ConversationId";
import type { Interaction } from "../../bindings/Interaction";
import { hasTemplates } from "../../state/policy";
import type { State } from "../../state/state";
import { subjectOf } from "../../state/view";
import type { ViewContext } from "../context";
import { focusPane } from "../focus";
import { afterLazyViews } from "../load-lazy.svelte";
import type { SentNotification, Tab } from "../screen-state.svelte";

/** In a narrower window the panel lies over the conversation; in CSS pixels at 100 %. */
export const WIDE = 1100;

/**
 * The tabs that the panel has now. Case and transcript are in the middle of the view where that is about a contact; the
 * Notifications exist where the channel of the open conversation has templates, or where none is open.
 */
export function availableTabs(state: State): Tab[] {
  const isContact = subjectOf(state.view) === "contact";
  const conversation = state.open === null ? undefined : state.conversations.get(state.open);
  const tabs: Record<Tab, boolean> = {
    case: !isContact,
    contact: true,
    conversation: !isContact,
    notifications: conversation === undefined || hasTemplates(state, conversation),
    history: true,
  };
  return (Object.keys(tabs) as Tab[]).filter((tab) => tabs[tab]);
}

export function isPanelOpen({ workspace, screen }: ViewContext): boolean {
  return screen.isWide ? workspace.preferences.current.panel : screen.drawer;
}

/** Opens or closes the panel. In a wide window that is remembered. */
export function showPanel({ workspace, screen }: ViewContext, open: boolean): void {
  if (screen.isWide) workspace.preferences.change({ panel: open });
  else screen.drawer = open;
}

/** Opens a tab and focuses it; the contact's if the panel does not have it now. */
export function showTab(context: ViewContext, tab: Tab): void {
  context.screen.tab = tab;
  showPanel(context, true);
  afterLazyViews(() => focusPane("panel"));
}

/** Opens the conversation of a message that is shown in the transcript of its contact, to write in it. */
export async function openConversationOf({ workspace }: ViewContext, conversation: ConversationId): Promise<void> {
  const { open, view, conversations } = workspace.state;
  if (open === conversation) return;
  const contact = conversations.get(conversation)?.contact;
  if (subjectOf(view) === "contact" && contact !== undefined) workspace.contacts.choose(contact, conversation);
  workspace.open(conversation);
  // The panel and composer of the last conversation are gone then.
  await tick();
}

/** Shows the Notifications for a conversation. */
export async function showNotifications(context: ViewContext, conversation: ConversationId): Promise<void> {
  await openConversationOf(context, conversation);
  showTab(context, "notifications");
}

/** Opens a Notification that was not delivered, to be filled in again. */
export async function refillNotification(
  context: ViewContext,
  conversation: ConversationId,
  content: SentNotification,
): Promise<void> {
  await openConversationOf(context, conversation);
  context.screen.refill = { conversation, content };
  context.screen.tab = "notifications";
  showPanel(context, true);
}

/** Marks an interaction Done. If the hub requires a disposition, the panel asks for it. */
export async function finish(context: ViewContext, interaction: Interaction): Promise<void> {
  const { workspace, screen } = context;
  const { hub } = workspace.state;
  const missing =
    hub !== null && hub.disposition_required && hub.dispositions.length > 0 && interaction.disposition === null;
  const result = missing ? "disposition_missing" : await workspace.interactions.markDone(interaction.id);
  if (result === "done") {
    // The fields of the panel are read-only now.
    const { activeElement } = document;
    if (activeElement === document.body || activeElement?.closest('[data-pane="panel"]')) focusPane("composer");
  }
  if (result !== "disposition_missing") return;
  screen.tab = "case";
  showPanel(context, true);
  // Reset first, so that a second attempt is shown too.
  screen.dispositionMissing = null;
  requestAnimationFrame(() => {
    screen.dispositionMissing = interaction.id;
  });
}

/** Closes the panel where it lies over the conversation; the focus returns to the button that opened it. */
export function closeDrawer({ screen }: ViewContext): void {
  if (!screen.drawer) return;
  screen.drawer = false;
  requestAnimationFrame(() => {
    const opener = document.querySelector<HTMLElement>("[data-opens-panel]");
    if (opener) opener.focus();
    else focusPane("composer");
  });
}
