/** What a message says, in the language shown. */
import type { AgentId } from "../../bindings/AgentId";
import type { Author } from "../../bindings/Author";
import type { Content } from "../../bindings/Content";
import type { Message } from "../../bindings/Message";
import type { Notice } from "../../bindings/Notice";
import { m } from "../../i18n/index.svelte";
import { timeBeside } from "../../i18n/time";

/** A content as one plain text. */
export function plainText(content: Content): string {
  switch (content.kind) {
    case "text":
      return content.body;
    case "placeholder": {
      const line = placeholder(content.what);
      return content.caption ? `${line} ${content.caption}` : line;
    }
    case "notification":
      return [content.header, content.body, content.footer].filter((part) => part !== null).join("\n");
    case "notice":
      return sayNotice(content.notice, null);
    case "unknown":
      return m().unknownContent;
  }
}

/** What stands for something that cannot be shown yet. */
export function placeholder(what: string): string {
  const words = m();
  return words.placeholderLine(words.placeholder[what] ?? words.placeholderOther(what));
}

/** How far a message has come, and since when if that is known. */
export function tickWords({ delivery, state_at, at }: Pick<Message, "delivery" | "state_at" | "at">): string {
  if (delivery === null) return "";
  const words = m().delivery[delivery];
  return state_at === null ? words : m().deliverySince(words, timeBeside(state_at, at));
}

/** A line of the system. `myName` turns my own name into "you". */
export function sayNotice(notice: Notice, myName: string | null): string {
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
  }
}

/** Who wrote or reacted, as it is said on the screen. */
export function authorName(author: Author, me: AgentId | null, contact: string): string {
  switch (author.kind) {
    case "agent":
      return author.agent === me ? m().transcript.you : author.name;
    case "contact":
      return contact;
    case "elsewhere":
      return m().transcript.elsewhere;
    case "system":
      return m().app;
  }
}
