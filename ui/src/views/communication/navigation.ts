/** Navigation between a contact and the workspace. */
import type { ContactId } from "../../bindings/ContactId";
import type { ConversationId } from "../../bindings/ConversationId";
import { canNotify } from "../../state/policy";
import { composerState, interactionOf } from "../../state/selectors";
import type { State } from "../../state/state";
import { subjectOf } from "../../state/view";
import type { ViewContext } from "../context";
import { focusPane } from "../focus";
import { showTab } from "../panel/panel";

/** Whether the agent holds an interaction of the conversation that is not done. */
export function hasOwnInteraction(state: State, conversation: ConversationId): boolean {
  const interaction = interactionOf(state, conversation);
  return interaction !== null && interaction.state !== "done" && state.me !== null && interaction.agent === state.me.id;
}

/** Opens the agent's interaction in the workspace, or starts one. Where only a Notification can be sent, it shows them. */
export async function openInteraction(context: ViewContext, conversation: ConversationId): Promise<void> {
  const { workspace, ticker } = context;
  if (!hasOwnInteraction(workspace.state, conversation) && !(await workspace.interactions.start(conversation))) return;
  workspace.show("workspace");
  workspace.open(conversation);
  requestAnimationFrame(() => {
    const row = workspace.state.conversations.get(conversation);
    const composer = row && composerState(workspace.state, row, ticker.now + workspace.state.offset);
    const closed = composer?.may === false && (composer.why === "never_wrote" || composer.why === "window_closed");
    if (row && closed && canNotify(workspace.state, row)) showTab(context, "notifications");
    else focusPane("composer");
  });
}

/** Shows a contact in Communication. The open conversation is closed, because Communication would show its contact. */
export function showContact({ workspace }: ViewContext, contact: ContactId): void {
  if (subjectOf(workspace.state.view) !== "contact") workspace.open(null);
  workspace.contacts.select(contact);
  workspace.show("communication");
}
