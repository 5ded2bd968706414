/** From a past interaction to where it stands in the transcript, to be read. */
import type { PastInteraction } from "../../bindings/PastInteraction";
import type { Given } from "../context";

export function showMoment({ workspace, desk }: Given, { contact, interaction }: PastInteraction): void {
  const { open, conversations, view } = workspace.state;
  const goTo = { contact, moment: interaction.created_at };
  if (view === "communication") {
    if (workspace.contacts.selected !== contact) workspace.contacts.select(contact);
  } else if (open === null || conversations.get(open)?.contact !== contact) {
    // Somebody else's past: it is read where all of a contact is shown.
    workspace.contacts.select(contact);
    workspace.show("communication");
  }
  desk.goTo = goTo;
}
