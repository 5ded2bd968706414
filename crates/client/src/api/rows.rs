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
    /// Messages of the contact that nobody has looked at on this desktop.
    pub unread: u32,
    /// What is being written.
    pub draft: Option<String>,
    /// The newest message when that was begun.
    pub draft_begun_on: Option<Position>,
    /// Whether the agent may send in it. Told again when the answer changes, also when a window closes.
    pub send: SendPermission,
}

/// Whether the agent may send in a conversation now: the answers of [`deskbell_protocol::may_send`], by the policy
/// of its account and the hub's clock.
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
    /// Yes, until then.
    Until(Until),
    /// No, because of this.
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
    /// What people call it.
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
    /// Their channels, the one with the newest word first.
    pub conversations: Vec<ConversationView>,
    /// Whether they are assigned to the agent.
    pub assigned: bool,
    /// Until when, if the assignment ends at a known time.
    pub until: Option<Millis>,
}

/// A contact with all that is known of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ContactProfile {
    /// The row with its channels.
    #[serde(flatten)]
    pub view: ContactView,
    /// Other contacts who may be the same person. Only the hub knows them.
    pub same: Vec<Likeness>,
}

/// A message that waits in the outbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Outgoing {
    /// The id it keeps for ever.
    pub id: MessageId,
    /// Where to.
    pub conversation: ConversationId,
    /// The text; of a notification, how it reads.
    pub body: String,
    /// The notification, if it is one.
    pub template: Option<FilledTemplate>,
    /// When it was written, by this desktop's clock.
    pub written_at: Millis,
    /// Whether it waits for the connection or for the agent.
    pub state: OutgoingState,
    /// Why it waits for the agent.
    pub failure: Option<Failure>,
}

/// What an outgoing message waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum OutgoingState {
    /// For the connection; it goes by itself.
    Queued,
    /// For the agent: the window closed meanwhile, or a colleague said something.
    Held,
    /// For the window to open: the agent has asked for it to be sent then.
    SendWhenOpen,
    /// For the agent: the hub refused it.
    Refused,
}
