/** What only the screen knows: sheets that are open, a line to jump to, words to be read aloud. */
import type { Content } from "../bindings/Content";
import type { ContactId } from "../bindings/ContactId";
import type { ConversationId } from "../bindings/ConversationId";
import type { InteractionId } from "../bindings/InteractionId";
import type { Message } from "../bindings/Message";

export interface Jump {
  readonly conversation: ConversationId;
  readonly message: Message["id"];
  /** Where it stands, if that is known. */
  readonly position: Message["position"] | null;
}

/** A moment in the transcript of a contact. */
export interface Moment {
  readonly contact: ContactId;
  /** In milliseconds. */
  readonly moment: number;
}

/** A Notification as it was sent. */
export type Sent = Extract<Content, { kind: "notification" }>;

/** The tabs of the side panel. */
export type Tab = "case" | "contact" | "conversation" | "notifications" | "history";

/** A sheet about a contact that lies over everything. */
export type Sheet =
  | { readonly sheet: "connect"; readonly contact: ContactId; readonly number: string }
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
  /** What the focus goes back to when the sheet is closed. */
  opener: HTMLElement | null = null;
  /** Where the continuous transcript is to go. */
  goTo = $state.raw<Moment | null>(null);
  /** What contacts are searched for; kept while another view is shown. */
  people = $state("");
  /** Whether the window or page has the focus. */
  focused = $state(true);

  /** Whether the sheet of shortcuts is open. */
  shortcuts = $state(false);
  /** A message to be brought into view. */
  jump = $state<Jump | null>(null);
  /** What a screen reader is to say. */
  said = $state("");
  /** Text that a composer is to take over: from a message that was not delivered. */
  handed = $state<{ conversation: ConversationId; body: string } | null>(null);
  /** A Notification that is to be filled in again: one that was not delivered. */
  refill = $state.raw<{ readonly conversation: ConversationId; readonly content: Sent } | null>(null);
  /** What is searched for; kept while another view is shown. */
  words = $state("");

  /** An address to sign in at, from where somebody was sent to it. */
  address = $state("");

  /** Whether there is room for the side panel beside the conversation. */
  roomy = $state(true);
  /** Whether the side panel lies over the conversation, where there is no room beside it. */
  drawer = $state(false);
  /** The interaction that cannot be Done before it has a disposition. */
  wanted = $state<InteractionId | null>(null);
  /** Whether the composer's emoji are to be chosen from. */
  emoji = $state(false);

  #even = false;

  /** Somebody else works here now: what was searched for, jumped to and begun is not theirs. */
  leave(): void {
    this.opener = null;
    this.sheet = this.goTo = this.jump = this.handed = this.refill = this.wanted = null;
    this.people = this.words = this.said = "";
    this.tab = "case";
    this.drawer = this.emoji = this.shortcuts = false;
  }

  /** Opens a sheet; `opener` is what was pressed, if that stays on the screen. */
  ask(sheet: Sheet, opener: HTMLElement | null = null): void {
    this.opener = opener ?? (document.activeElement instanceof HTMLElement ? document.activeElement : null);
    this.sheet = sheet;
  }

  /** Has something said once. The same words again are said again. */
  say(words: string): void {
    this.#even = !this.#even;
    this.said = this.#even ? `${words}\u200b` : words;
  }
}
