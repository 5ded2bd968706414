/** Between a contact and the interaction view. */
import type { ContactId } from "../../bindings/ContactId";
import type { ConversationId } from "../../bindings/ConversationId";
import { canNotify, interactionOf, writing } from "../../state/selectors";
import type { State } from "../../state/state";
import { subjectOf } from "../../state/view";
import type { Given } from "../context";
import { focusPane } from "../focus";
import { showTab } from "../panel/panel";

/** Whether I have an interaction there that is not done. */
export function mineOn(state: State, conversation: ConversationId): boolean {
  const interaction = interactionOf(state, conversation);
  return interaction !== null && interaction.state !== "done" && state.me !== null && interaction.agent === state.me.id;
}

/** Opens my interaction there; begins one if there is none. Where only a Notification may be sent, they are shown. */
export async function beginOrOpen(given: Given, conversation: ConversationId): Promise<void> {
  const { workspace, ticker } = given;
  if (!mineOn(workspace.state, conversation) && !(await workspace.contacts.begin(conversation))) return;
  workspace.show("workspace");
  workspace.open(conversation);
  requestAnimationFrame(() => {
    const row = workspace.state.conversations.get(conversation);
    const may = row && writing(workspace.state, row, ticker.now + workspace.state.offset);
    if (
      may &&
      !may.may &&
      (may.why === "never_wrote" || may.why === "window_closed") &&
      canNotify(workspace.state, conversation)
    )
      showTab(given, "notifications");
    else focusPane("composer");
  });
}

/** Shows a contact where all of them are. What is open elsewhere is left, or its contact would be shown instead. */
export function visit({ workspace }: Given, contact: ContactId): void {
  if (subjectOf(workspace.state.view) !== "contact") workspace.open(null);
  workspace.contacts.select(contact);
  workspace.show("communication");
}
