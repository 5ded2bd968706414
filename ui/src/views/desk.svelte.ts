/** What only the screen knows: sheets that are open, a line to jump to, words to be read aloud. */
import type { ConversationId } from "../bindings/ConversationId";
import type { InteractionId } from "../bindings/InteractionId";
import type { Message } from "../bindings/Message";

export interface Jump {
  readonly conversation: ConversationId;
  readonly message: Message["id"];
  /** Where it stands, if that is known. */
  readonly position: Message["position"] | null;
}

export class Desk {
  /** Whether the sheet of shortcuts is open. */
  shortcuts = $state(false);
  /** A message to be brought into view. */
  jump = $state<Jump | null>(null);
  /** What a screen reader is to say. */
  said = $state("");
  /** Text that a composer is to take over: from a message that was not delivered. */
  handed = $state<{ conversation: ConversationId; body: string } | null>(null);
  /** What is searched for; kept while another view is shown. */
  words = $state("");

  /** Whether there is room for the side panel beside the conversation. */
  roomy = $state(true);
  /** Whether the side panel lies over the conversation, where there is no room beside it. */
  drawer = $state(false);
  /** The interaction that cannot be Done before it has a disposition. */
  wanted = $state<InteractionId | null>(null);
  /** Whether the composer's emoji are to be chosen from. */
  emoji = $state(false);

  #even = false;

  /** Has something said once. The same words again are said again. */
  say(words: string): void {
    this.#even = !this.#even;
    this.said = this.#even ? `${words}\u200b` : words;
  }
}
