/** Authors and delivery states of messages, in the language of the page. */
import type { AgentId } from "../../bindings/AgentId";
import type { Author } from "../../bindings/Author";
import type { Message } from "../../bindings/Message";
import { m } from "../../i18n/index.svelte";
import { timeBeside } from "../../i18n/time";

/** The delivery state of a message, and since when if that is known. */
export function deliveryText({ delivery, state_at, at }: Pick<Message, "delivery" | "state_at" | "at">): string {
  if (delivery === null) return "";
  const words = m().delivery[delivery];
  return state_at === null ? words : m().deliverySince(words, timeBeside(state_at, at));
}

/** The name of who wrote or reacted. */
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
