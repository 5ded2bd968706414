/** Between a contact and the interaction view. */
import type { ContactId } from "../../bindings/ContactId";
import type { ConversationId } from "../../bindings/ConversationId";
import { interactionOf } from "../../state/selectors";
import type { State } from "../../state/state";
import type { Given } from "../context";
import { focusPane } from "../focus";

/** Whether I have an interaction there that is not done. */
export function mineOn(state: State, conversation: ConversationId): boolean {
  const interaction = interactionOf(state, conversation);
  return interaction !== null && interaction.state !== "done" && state.me !== null && interaction.agent === state.me.id;
}

/** Opens my interaction there; begins one if there is none. */
export async function beginOrOpen({ workspace }: Given, conversation: ConversationId): Promise<void> {
  if (!mineOn(workspace.state, conversation) && !(await workspace.contacts.begin(conversation))) return;
  workspace.show("workspace");
  workspace.open(conversation);
  requestAnimationFrame(() => focusPane("composer"));
}

/** Shows a contact where all of them are. What is open elsewhere is left, or its contact would be shown instead. */
export function visit({ workspace }: Given, contact: ContactId): void {
  if (workspace.state.view !== "communication") workspace.open(null);
  workspace.contacts.select(contact);
  workspace.show("communication");
}
