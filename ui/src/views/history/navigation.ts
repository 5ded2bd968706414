/** From a past interaction to where it stands in the transcript, to be read. */
import type { PastInteraction } from "../../bindings/PastInteraction";
import { visit } from "../communication/navigation";
import { subjectOf } from "../../state/view";
import type { Given } from "../context";

export function showMoment(all: Given, { contact, interaction }: PastInteraction): void {
  const { workspace, desk } = all;
  const { open, conversations, view } = workspace.state;
  const here =
    subjectOf(view) === "contact"
      ? workspace.contacts.selected
      : open === null
        ? null
        : conversations.get(open)?.contact;
  // Somebody else's past is read where all of a contact is shown.
  if (here !== contact) visit(all, contact);
  desk.goTo = { contact, moment: interaction.created_at };
}
