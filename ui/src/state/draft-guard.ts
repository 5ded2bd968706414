/** Whether a message is sent past something that its writer does not know. Pure. */
import type { AgentId } from "../bindings/AgentId";
import type { Message } from "../bindings/Message";
import type { Position } from "../bindings/Position";

export interface Begun {
  /** The newest message when the draft was begun; null if that is not known. */
  readonly begunOn: Position | null;
  /** The newest message that was on the screen while the person was there; null if none was. */
  readonly seen: Position | null;
  /** The newest message that the person was shown when they pressed Send before. */
  readonly shown: Position | null;
}

/**
 * What was said past the writer: by colleagues since the draft was begun, by the contact without being on the
 * screen. Oldest first; empty when there is nothing to ask about.
 */
export function unnoticed(
  messages: readonly Message[],
  me: AgentId | null,
  { begunOn, seen, shown }: Begun,
): Message[] {
  const found: Message[] = [];
  for (let at = messages.length - 1; at >= 0; at -= 1) {
    const message = messages[at];
    if (!message) break;
    const { author, position } = message;
    if (shown !== null && position <= shown) break;
    const colleague = author.kind === "elsewhere" || (author.kind === "agent" && author.agent !== me);
    if (colleague && begunOn !== null && position > begunOn) found.push(message);
    if (author.kind === "contact" && seen !== null && position > seen) found.push(message);
    // Nothing older can count any more.
    if ((begunOn === null || position <= begunOn) && (seen === null || position <= seen)) break;
  }
  return found.reverse();
}
