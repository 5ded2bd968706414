/** The changes of a commit: the given ones, and none of the others. Pure. */
import type { Changes } from "../bindings/Changes";

export function changes(some: Partial<Changes>): Changes {
  return {
    conversations: [],
    interactions: [],
    messages: [],
    outgoing: [],
    outgoing_gone: [],
    offers: [],
    statuses: [],
    conversations_gone: [],
    contacts: [],
    assignments: [],
    accounts_health: [],
    ...some,
  };
}
