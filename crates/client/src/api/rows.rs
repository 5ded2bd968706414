//! Rows as lists and transcripts show them.

use deskbell_protocol::{
    Account, AccountId, Barrier, Channel, ChannelPolicy, Contact, Conversation, ConversationId, Failure,
    FilledTemplate, Likeness, MessageId, Millis, Position, QueueId, Until,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A conversation as the list shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ConversationView {
    /// The row.
    #[serde(flatten)]
    pub conversation: Conversation,
    /// How many messages of the contact were not read on this desktop.
    pub unread: u32,
    /// The draft.
    pub draft: Option<String>,
    /// The newest message when the draft was begun.
    pub draft_begun_on: Option<Position>,
    /// Whether the agent may send in it. Told again when the answer changes, also when a window closes.
    pub send: SendPermission,
}

/// Whether the agent may send in a conversation now: the answers of [`deskbell_protocol::may_send`], by the
/// policy of its account and the hub's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SendPermission {
    /// Whether free text may be sent.
    pub text: MaySend,
    /// Whether an approved template may be sent, where the account has some.
    pub template: MaySend,
}

/// Whether something may be sent now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum MaySend {
    /// Yes, until then. The UI is told again when it ends.
    Until(Until),
    /// No, for this reason.
    Barrier(Barrier),
}

impl From<Result<Until, Barrier>> for MaySend {
    fn from(decision: Result<Until, Barrier>) -> Self {
        match decision {
            Ok(until) => Self::Until(until),
            Err(barrier) => Self::Barrier(barrier),
        }
    }
}

/// One of our own accounts, with the policy that applies to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AccountView {
    /// Its id.
    pub id: AccountId,
    /// Its name.
    pub name: String,
    /// Its channel.
    pub channel: Channel,
    /// The queue it belongs to.
    pub queue: QueueId,
    /// Whether notifications can be listed and sent from it.
    pub notifications: bool,
    /// What its channel allows; [`ChannelPolicy::fallback`] if the hub sent none.
    pub policy: ChannelPolicy,
}

impl From<Account> for AccountView {
    fn from(account: Account) -> Self {
        let Account { id, name, channel, queue, notifications, policy } = account;
        let policy = policy.unwrap_or_else(ChannelPolicy::fallback);
        Self { id, name, channel, queue, notifications, policy }
    }
}

/// A contact as the list shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ContactView {
    /// The row.
    pub contact: Contact,
    /// Its conversations, newest message first.
    pub conversations: Vec<ConversationView>,
    /// Whether it is assigned to the agent.
    pub assigned: bool,
    /// Until when, if the assignment ends at a known time.
    pub until: Option<Millis>,
}

/// A contact with all that is known of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ContactProfile {
    /// The row with its channels.
    #[serde(flatten)]
    pub view: ContactView,
    /// Other contacts that may be the same person. Only the hub knows them.
    pub same: Vec<Likeness>,
}

/// A message in the outbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Outgoing {
    /// Its id, which never changes.
    pub id: MessageId,
    /// The conversation.
    pub conversation: ConversationId,
    /// The text; of a template, its preview.
    pub body: String,
    /// The template, if it is one.
    pub template: Option<FilledTemplate>,
    /// The time when it was written, by this desktop's clock.
    pub written_at: Millis,
    /// What it waits for.
    pub state: OutgoingState,
    /// Why it waits for the agent.
    pub failure: Option<Failure>,
}

/// What an outgoing message waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum OutgoingState {
    /// For the connection. Sent automatically.
    Queued,
    /// For the agent: it may not be sent now, or a colleague has written first.
    Held,
    /// For the window to open. Sent automatically then, because the agent has asked for it.
    SendWhenOpen,
    /// For the agent: the hub has refused it, or access has ended.
    Refused,
}
