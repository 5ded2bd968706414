/** The views of the workspace, and what each is about. Their icons and components are in `views/view-registry.ts`. */

interface ViewTraits {
  /** What the main area shows: the open conversation, all conversations of the selected contact, or neither. */
  readonly subject: "conversation" | "contact" | null;
}

const TRAITS = {
  workspace: { subject: "conversation" },
  communication: { subject: "contact" },
  conversations: { subject: "conversation" },
  search: { subject: "conversation" },
  settings: { subject: null },
  sign_in: { subject: null },
} as const satisfies Record<string, ViewTraits>;

export type View = keyof typeof TRAITS;

/** What the main area of a view shows. */
export function subjectOf(view: View): ViewTraits["subject"] {
  return TRAITS[view].subject;
}
