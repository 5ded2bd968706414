/** The text of a message, in the language of the page. A new kind of content is added only here. */
import type { Content } from "../../bindings/Content";
import type { Notice } from "../../bindings/Notice";
import { m } from "../../i18n/index.svelte";

/** How a content is shown in a bubble. */
export type BubbleContent =
  | { readonly as: "text"; readonly text: string }
  | { readonly as: "notification"; readonly notification: Extract<Content, { kind: "notification" }> }
  /** A sentence in place of something that cannot be shown, and the text that came with it. */
  | { readonly as: "stand_in"; readonly sentence: string; readonly caption: string | null };

/** How a content is shown in a bubble. */
export function bubbleContent(content: Content): BubbleContent {
  switch (content.kind) {
    case "text":
      return { as: "text", text: content.body };
    case "notification":
      return { as: "notification", notification: content };
    case "placeholder":
      return { as: "stand_in", sentence: placeholderSentence(content.what), caption: content.caption };
    case "notice":
      return { as: "stand_in", sentence: noticeText(content.notice, null), caption: null };
    case "unknown":
      return { as: "stand_in", sentence: m().unknownContent, caption: null };
    default:
      return { as: "stand_in", sentence: unhandled(content), caption: null };
  }
}

/** A content as one plain text. */
export function contentText(content: Content): string {
  const shown = bubbleContent(content);
  switch (shown.as) {
    case "text":
      return shown.text;
    case "notification": {
      const { header, body, footer } = shown.notification;
      return [header, body, footer].filter((line) => line !== null).join("\n");
    }
    case "stand_in":
      return shown.caption ? `${shown.sentence} ${shown.caption}` : shown.sentence;
  }
}

/** The text of a system line. `myName` turns the agent's own name into "you". */
export function noticeText(notice: Notice, myName: string | null): string {
  const words = m().notice;
  switch (notice.what) {
    case "taken":
      return myName !== null && notice.agent_name === myName ? words.takenYou : words.taken(notice.agent_name);
    case "ended":
      if (notice.by === "agent" && myName !== null && notice.agent_name === myName) return words.endedYou;
      return words.endedBy[notice.by](notice.agent_name);
    case "resumed":
      return words.resumed;
    case "requeued":
      return words.requeued;
    case "address_changed":
      return words.addressChanged(notice.from, notice.to);
    case "taken_back":
      return words.takenBack;
    case "undelivered":
      return words.undelivered;
    case "unknown":
      return words.unknown;
    default:
      return unhandled(notice);
  }
}

/** The sentence in place of a content that cannot be shown yet. */
function placeholderSentence(what: string): string {
  const words = m();
  return words.placeholderLine(words.placeholder[what] ?? words.placeholderOther(what));
}

/** Does not compile where a kind is not handled. Of a newer engine's kind the page says that it cannot show it. */
function unhandled(_kind: never): string {
  return m().unknownContent;
}
