/** The state that only the screen needs: open sheets, a message to jump to, text to be announced. */
import type { Channel } from "../bindings/Channel";
import type { ContactId } from "../bindings/ContactId";
import type { Content } from "../bindings/Content";
import type { ConversationId } from "../bindings/ConversationId";
import type { InteractionId } from "../bindings/InteractionId";
import type { Message } from "../bindings/Message";

export interface Jump {
  readonly conversation: ConversationId;
  readonly message: Message["id"];
  /** Its position, if that is known. */
  readonly position: Message["position"] | null;
}

/** A time in the transcript of a contact. */
export interface ThreadMoment {
  readonly contact: ContactId;
  /** In milliseconds. */
  readonly moment: number;
}

/** A Notification as it was sent. */
export type SentNotification = Extract<Content, { kind: "notification" }>;

/** The tabs of the side panel. */
export type Tab = "case" | "contact" | "conversation" | "notifications" | "history";

/** A dialog about a contact. */
export type Sheet =
  | { readonly sheet: "connect"; readonly contact: ContactId; readonly number: string; readonly channel: Channel }
  | { readonly sheet: "validate"; readonly contact: ContactId; readonly conversation: ConversationId }
  | { readonly sheet: "create"; readonly name: string }
  | { readonly sheet: "number"; readonly contact: ContactId }
  | {
      readonly sheet: "join";
      readonly contact: ContactId;
      readonly name: string;
      readonly other: ContactId;
      readonly otherName: string;
    };

export class ScreenState {
  /** The tab of the side panel. */
  tab = $state<Tab>("case");
  /** The sheet that is open. */
  sheet = $state.raw<Sheet | null>(null);
  /** The element that gets the focus when the sheet is closed. */
  opener: HTMLElement | null = null;
  /** Where the whole transcript is to scroll to. */
  threadMoment = $state.raw<ThreadMoment | null>(null);
  /** The words of the contact search; kept while another view is open. */
  contactSearch = $state("");
  /** The words of the message search; kept while another view is open. */
  messageSearch = $state("");
  /** Whether the page has the focus. */
  focused = $state(true);

  /** Whether the list of shortcuts is open. */
  shortcutSheet = $state(false);
  /** A message to be scrolled into view. */
  jump = $state<Jump | null>(null);
  /** The text of the polite live region. */
  announcement = $state("");
  /** Text to be put into a composer: of a message that was not delivered. */
  insertion = $state<{ conversation: ConversationId; body: string } | null>(null);
  /** A Notification to be filled in again: one that was not delivered. */
  refill = $state.raw<{ readonly conversation: ConversationId; readonly content: SentNotification } | null>(null);

  /** The address to sign in at, when the sign-in view is opened for one. */
  signInAddress = $state("");

  /** Whether the window is wide enough for the side panel beside the conversation. */
  isWide = $state(true);
  /** Whether the side panel lies over the conversation, in a narrow window. */
  drawer = $state(false);
  /** The interaction that needs a disposition before it can be Done. */
  dispositionMissing = $state<InteractionId | null>(null);
  /** Whether the emoji picker of the composer is open. */
  emojiPicker = $state(false);

  #even = false;

  /** Forgets everything that belongs to the last workspace. */
  reset(): void {
    this.opener = null;
    this.sheet = this.threadMoment = this.jump = this.insertion = this.refill = this.dispositionMissing = null;
    this.contactSearch = this.messageSearch = this.announcement = "";
    this.tab = "case";
    this.drawer = this.emojiPicker = this.shortcutSheet = false;
  }

  /** Opens a sheet. `opener` gets the focus back, by default the focused element. */
  openSheet(sheet: Sheet, opener: HTMLElement | null = null): void {
    this.opener = opener ?? (document.activeElement instanceof HTMLElement ? document.activeElement : null);
    this.sheet = sheet;
  }

  /** Announces a text once, also if it is the same as the last one. */
  announce(text: string): void {
    this.#even = !this.#even;
    this.announcement = this.#even ? `${text}\u200b` : text;
  }
}
