/** Navigation from a past interaction to its messages in the transcript. */
import type { PastInteraction } from "../../bindings/PastInteraction";
import { subjectOf } from "../../state/view";
import { showContact } from "../communication/navigation";
import type { ViewContext } from "../context";

/** Scrolls the transcript of the contact to where the interaction starts. */
export function showInteraction(context: ViewContext, { contact, interaction }: PastInteraction): void {
  const { workspace, screen } = context;
  const { open, conversations, view } = workspace.state;
  const shown =
    subjectOf(view) === "contact"
      ? workspace.contacts.selected
      : open === null
        ? null
        : conversations.get(open)?.contact;
  if (shown !== contact) showContact(context, contact);
  screen.threadMoment = { contact, moment: interaction.created_at };
}
