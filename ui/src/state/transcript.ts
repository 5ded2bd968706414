/** The lines of a transcript, with days, groups and the first unread message. Pure. */
import type { AgentId } from "../bindings/AgentId";
import type { Message } from "../bindings/Message";
import type { Outgoing } from "../bindings/Outgoing";
import type { Transcript } from "./state";

/** Messages of one author within this time form a group, in milliseconds. */
const GROUP_TIME = 5 * 60_000;

interface LineBase {
  /** The message's id, the same before and after the hub has it. */
  readonly key: string;
  /** When it was written. */
  readonly at: number;
  /** Whether it is the first line of a day. */
  readonly day: boolean;
  /** Whether it is the first unread line. */
  readonly unread: boolean;
  /** Whether it is the first of its group. */
  readonly first: boolean;
}

export type Line =
  | (LineBase & { readonly kind: "message"; readonly message: Message; readonly mine: boolean })
  | (LineBase & { readonly kind: "notice"; readonly message: Message })
  | (LineBase & { readonly kind: "outgoing"; readonly outgoing: Outgoing });

/** The lines of a transcript, oldest first. */
export function lines(transcript: Transcript, me: AgentId | null, unreadFrom: string | null): Line[] {
  const result: Line[] = [];
  let day = NaN;
  let author = "";
  let last = 0;
  const base = (key: string, at: number, by: string): LineBase => {
    const today = dayOf(at);
    const first = today !== day || by !== author || at - last > GROUP_TIME;
    const line = { key, at, day: today !== day, unread: key === unreadFrom, first };
    day = today;
    author = by;
    last = at;
    return line;
  };
  for (const message of transcript.messages) {
    const by = message.author.kind === "agent" ? message.author.agent : message.author.kind;
    const line = base(message.id, message.at, by);
    if (message.author.kind === "system" || message.content.kind === "notice") {
      result.push({ ...line, kind: "notice", message });
    } else {
      result.push({
        ...line,
        kind: "message",
        message,
        mine: message.author.kind === "agent" && message.author.agent === me,
      });
    }
  }
  for (const outgoing of transcript.outgoing) {
    result.push({ ...base(outgoing.id, outgoing.written_at, me ?? "me"), kind: "outgoing", outgoing });
  }
  return result;
}

/** A number that is equal for all times of one local day. */
export function dayOf(at: number): number {
  const date = new Date(at);
  return (date.getFullYear() * 12 + date.getMonth()) * 31 + date.getDate();
}

/** The id of the first of the contact's last `unread` messages; null if there is none. */
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

/** Whether a text is up to three emoji and nothing else: it is shown large. */
export function isEmojiOnly(text: string): boolean {
  const bare = text.replace(/\s+/gu, "");
  if (bare === "" || bare.length > 40) return false;
  return (
    /^(?:\p{RI}\p{RI}|\p{Emoji}(?:\p{EMod}|\uFE0F?\u20E3?|[\u{E0020}-\u{E007E}]+\u{E007F})?(?:\u200D\p{Emoji}(?:\p{EMod}|\uFE0F)?)*){1,3}$/u.test(
      bare,
    ) && !/^[\d#*]+$/u.test(bare)
  );
}
