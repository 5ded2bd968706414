//! Rows as lists and transcripts show them.

use deskbell_protocol::{
    Contact, Conversation, ConversationId, Failure, FilledTemplate, MessageId, Millis, Position,
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
    /// Until when, if they leave by themselves.
    pub until: Option<Millis>,
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
