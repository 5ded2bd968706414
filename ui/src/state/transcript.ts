/** The lines of a transcript: days, groups and where the unread begins. Pure. */
import type { AgentId } from "../bindings/AgentId";
import type { Message } from "../bindings/Message";
import type { Outgoing } from "../bindings/Outgoing";
import type { Transcript } from "./state";

/** Messages of one author that follow each other within this time stand together, in milliseconds. */
const TOGETHER = 5 * 60_000;

interface Place {
  /** The message's id, the same before and after the hub has it. */
  readonly key: string;
  /** When it was written. */
  readonly at: number;
  /** Set on the first line of a day. */
  readonly day: boolean;
  /** Set on the line above which the unread begins. */
  readonly unread: boolean;
  /** Whether it begins a group of one author. */
  readonly first: boolean;
}

export type Line =
  | (Place & { readonly kind: "message"; readonly message: Message; readonly mine: boolean })
  | (Place & { readonly kind: "notice"; readonly message: Message })
  | (Place & { readonly kind: "outgoing"; readonly outgoing: Outgoing });

/** The lines of a transcript, oldest first. */
export function lines(transcript: Transcript, me: AgentId | null, unreadFrom: string | null): Line[] {
  const result: Line[] = [];
  let day = NaN;
  let author = "";
  let last = 0;
  const place = (key: string, at: number, by: string): Place => {
    const today = dayOf(at);
    const first = today !== day || by !== author || at - last > TOGETHER;
    const begun = { key, at, day: today !== day, unread: key === unreadFrom, first };
    day = today;
    author = by;
    last = at;
    return begun;
  };
  for (const message of transcript.messages) {
    const by = message.author.kind === "agent" ? message.author.agent : message.author.kind;
    const where = place(message.id, message.at, by);
    if (message.author.kind === "system" || message.content.kind === "notice") {
      result.push({ ...where, kind: "notice", message });
    } else {
      result.push({
        ...where,
        kind: "message",
        message,
        mine: message.author.kind === "agent" && message.author.agent === me,
      });
    }
  }
  for (const outgoing of transcript.outgoing) {
    result.push({ ...place(outgoing.id, outgoing.written_at, me ?? "me"), kind: "outgoing", outgoing });
  }
  return result;
}

/** A number that is the same for all times of one day where the person sits. */
export function dayOf(at: number): number {
  const date = new Date(at);
  return (date.getFullYear() * 12 + date.getMonth()) * 31 + date.getDate();
}

/** The id of the first of the contact's last `unread` messages. */
export function firstUnread(messages: readonly Message[], unread: number): string | null {
  let left = unread;
  let found: string | null = null;
  for (let at = messages.length - 1; at >= 0 && left > 0; at -= 1) {
    const message = messages[at];
    if (message?.author.kind !== "contact") continue;
    found = message.id;
    left -= 1;
  }
  return found;
}

/** Whether a text is nothing but a few emoji, which are shown large. */
export function isEmojiOnly(text: string): boolean {
  const bare = text.replace(/\s+/gu, "");
  if (bare === "" || bare.length > 40) return false;
  return (
    /^(?:\p{RI}\p{RI}|\p{Emoji}(?:\p{EMod}|\uFE0F?\u20E3?|[\u{E0020}-\u{E007E}]+\u{E007F})?(?:\u200D\p{Emoji}(?:\p{EMod}|\uFE0F)?)*){1,3}$/u.test(
      bare,
    ) && !/^[\d#*]+$/u.test(bare)
  );
}
