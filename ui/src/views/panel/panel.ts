/** Where the side panel is, and what must be said in it before an interaction is Done. */
import { tick } from "svelte";

import type { ConversationId } from "../../bindings/ConversationId";
import type { Interaction } from "../../bindings/Interaction";
import { subjectOf } from "../../state/view";
import { afterLazyViews } from "../load-lazy.svelte";
import type { Given } from "../context";
import type { Sent, Tab } from "../screen-state.svelte";
import { focusPane } from "../focus";

/** Narrower than this, in CSS pixels at 100 %, the panel lies over the conversation. */
export const ROOMY = 1100;

export function panelOpen({ workspace, desk }: Given): boolean {
  return desk.roomy ? workspace.preferences.now.panel : desk.drawer;
}

/** Opens or closes it. Where there is room for it, that is remembered. */
export function showPanel({ workspace, desk }: Given, open: boolean): void {
  if (desk.roomy) workspace.preferences.change({ panel: open });
  else desk.drawer = open;
}

/** Shows a tab of it, and goes there. */
export function showTab(given: Given, tab: Tab): void {
  given.desk.tab = tab;
  showPanel(given, true);
  afterLazyViews(() => focusPane("panel"));
}

/** Opens the conversation that something is to be written in: a contact's transcript shows all of theirs. */
export async function turnTo({ workspace }: Given, conversation: ConversationId): Promise<void> {
  const { open, view, conversations } = workspace.state;
  if (open === conversation) return;
  const contact = conversations.get(conversation)?.contact;
  if (subjectOf(view) === "contact" && contact !== undefined) workspace.contacts.choose(contact, conversation);
  workspace.open(conversation);
  // What belonged to the other one is closed by then.
  await tick();
}

/** Shows the Notifications that can be sent in a conversation. */
export async function showNotifications(given: Given, conversation: ConversationId): Promise<void> {
  await turnTo(given, conversation);
  showTab(given, "notifications");
}

/** Opens a Notification that was not delivered, to be filled in again. */
export async function fillInAgain(given: Given, conversation: ConversationId, content: Sent): Promise<void> {
  await turnTo(given, conversation);
  given.desk.refill = { conversation, content };
  given.desk.tab = "notifications";
  showPanel(given, true);
}

/** Marks an interaction Done; where the hub wants a disposition first, it is asked for. */
export async function finish(given: Given, interaction: Interaction): Promise<void> {
  const { workspace, desk } = given;
  const { hub } = workspace.state;
  const missing =
    hub !== null && hub.disposition_required && hub.dispositions.length > 0 && interaction.disposition === null;
  const came = missing ? "disposition_missing" : await workspace.handling.markDone(interaction.id);
  if (came === "done") {
    // What was focused in the panel is only for reading now.
    const { activeElement } = document;
    if (activeElement === document.body || activeElement?.closest('[data-pane="panel"]')) focusPane("composer");
  }
  if (came !== "disposition_missing") return;
  desk.tab = "case";
  showPanel(given, true);
  // Told anew also when it was asked for before.
  desk.wanted = null;
  requestAnimationFrame(() => {
    desk.wanted = interaction.id;
  });
}

/** Closes the panel where it lies over the conversation; the focus goes back to what opened it. */
export function closeDrawer({ desk }: Given): void {
  if (!desk.drawer) return;
  desk.drawer = false;
  requestAnimationFrame(() => {
    const opener = document.querySelector<HTMLElement>("[data-opens-panel]");
    if (opener) opener.focus();
    else focusPane("composer");
  });
}
