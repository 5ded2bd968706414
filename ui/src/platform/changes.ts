/** What a commit changed, from some of it: the rest did not change. Pure. */
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
