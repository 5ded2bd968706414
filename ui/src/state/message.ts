/** Questions about one message. Pure. */
import type { AgentId } from "../bindings/AgentId";
import type { Message } from "../bindings/Message";

/** Whether an agent other than me wrote it, here or outside of Deskbell. */
export function isFromColleague({ author }: Pick<Message, "author">, me: AgentId | null): boolean {
  return author.kind === "elsewhere" || (author.kind === "agent" && author.agent !== me);
}
