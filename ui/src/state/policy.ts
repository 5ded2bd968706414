/** What the channels of our accounts allow, as the engine reports it with each account. Pure. */
import type { AccountView } from "../bindings/AccountView";
import type { Channel } from "../bindings/Channel";
import type { ChannelPolicy } from "../bindings/ChannelPolicy";
import type { ConversationView } from "../bindings/ConversationView";
import type { State } from "./state";

/** The account that a conversation runs on; undefined where it is not one of the agent's queues. */
export function accountOf(state: State, conversation: Pick<ConversationView, "account">): AccountView | undefined {
  return state.accounts.find((one) => one.id === conversation.account);
}

/** What the channel of a conversation allows; null where its account is not known here. */
export function policyOf(state: State, conversation: Pick<ConversationView, "account">): ChannelPolicy | null {
  return accountOf(state, conversation)?.policy ?? null;
}

/** Whether templates exist on the channel of a conversation, so that the Notifications are worth showing. */
export function hasTemplates(state: State, conversation: Pick<ConversationView, "account">): boolean {
  return policyOf(state, conversation)?.templates ?? false;
}

/** Whether a Notification may be sent in a conversation now. */
export function canNotify(state: State, conversation: ConversationView): boolean {
  return (
    (accountOf(state, conversation)?.notifications ?? false) &&
    hasTemplates(state, conversation) &&
    "until" in conversation.send.template
  );
}

/** The accounts of one channel, or of every one, that a phone number can be connected to. */
export function connectable(state: State, channel?: Channel): AccountView[] {
  return state.accounts.filter(
    ({ policy, ...account }) =>
      policy.connect && policy.address === "phone" && (channel === undefined || account.channel === channel),
  );
}
