/** Which messages hold a draft back because its writer does not know them. Pure. */
import type { AgentId } from "../bindings/AgentId";
import type { Message } from "../bindings/Message";
import type { Position } from "../bindings/Position";
import { isFromColleague } from "./message";

export interface KnownPositions {
  /** The newest message when the draft was started; null if that is not known. */
  readonly begunOn: Position | null;
  /** The newest message that was on the screen while the page had the focus; null if none was. */
  readonly seen: Position | null;
  /** The newest message that the agent was shown at an earlier attempt to send. */
  readonly shown: Position | null;
}

/**
 * The messages that the writer of a draft does not know: those of colleagues since it was started, and those of the
 * contact that were not on the screen. Oldest first.
 */
export function unseenMessages(
  messages: readonly Message[],
  me: AgentId | null,
  { begunOn, seen, shown }: KnownPositions,
): Message[] {
  const found: Message[] = [];
  for (let at = messages.length - 1; at >= 0; at -= 1) {
    const message = messages[at];
    if (!message) break;
    const { author, position } = message;
    if (shown !== null && position <= shown) break;
    if (isFromColleague(message, me) && begunOn !== null && position > begunOn) found.push(message);
    if (author.kind === "contact" && seen !== null && position > seen) found.push(message);
    // No older message can qualify.
    if ((begunOn === null || position <= begunOn) && (seen === null || position <= seen)) break;
  }
  return found.reverse();
}
