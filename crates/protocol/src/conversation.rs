//! Queues and conversations.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    AccountId, Channel, ContactId, ConversationId, Evidence, LogPosition, Millis, Position, QueueId,
};

/// Where interactions wait, and the unit of routing and of access.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Queue {
    /// Its id.
    pub id: QueueId,
    /// What people call it.
    pub name: String,
}

/// Everything ever said with one identity. One row of the transcript list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Conversation {
    /// Its id.
    pub id: ConversationId,
    /// The queue that its account belongs to.
    pub queue: QueueId,
    /// The channel it runs on.
    pub channel: Channel,
    /// Our own address in it.
    pub account: AccountId,
    /// The customer.
    pub contact: ContactId,
    /// The customer's name as known now; never empty.
    pub contact_name: String,
    /// The customer's address as people read it (a phone number, a user name); absent where the channel
    /// gives only an opaque id.
    pub address: Option<String>,
    /// Until when free text may be sent; absent if the contact never wrote.
    pub window_until: Option<Millis>,
    /// What is known about whether its address reaches the contact.
    #[serde(default)]
    pub evidence: Evidence,
    /// The place of the newest message.
    pub last_position: Option<Position>,
    /// When the newest message was written.
    pub last_at: Option<Millis>,
    /// The first words of the newest message.
    pub preview: Option<String>,
    /// The log position of the last change of this row.
    pub version: LogPosition,
}
