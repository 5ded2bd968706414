//! The log: what changed, and who may hear of it.

use serde::{Deserialize, Serialize};

use crate::{
    AccountHealth, AgentId, Assignment, ChannelStatus, Contact, Conversation, ConversationId, Interaction,
    LogPosition, Message, Offer, QueueId,
};

/// Who may read a log entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Scope {
    /// The members of a queue.
    Queue(QueueId),
    /// Those who handle, handled or follow a conversation, while they are members of its queue.
    Conversation(ConversationId),
    /// One agent.
    Agent(AgentId),
}

/// One change, with the whole row as it was at that commit. Applying one twice, or after a newer one,
/// changes nothing: rows carry their version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Change {
    /// A conversation appeared or changed.
    Conversation {
        /// The row.
        row: Conversation,
    },
    /// An interaction appeared or changed.
    Interaction {
        /// The row.
        row: Interaction,
    },
    /// A message appeared or changed.
    Message {
        /// The row.
        row: Message,
    },
    /// A contact appeared or changed.
    Contact {
        /// The row.
        row: Contact,
    },
    /// A contact is among the reader's assigned contacts now, or no longer.
    Assignment {
        /// The row.
        row: Assignment,
    },
    /// An account can send again, or cannot.
    AccountHealth {
        /// The row.
        row: AccountHealth,
    },
    /// An offer appeared or changed.
    Offer {
        /// The row.
        row: Offer,
    },
    /// An agent's state on a channel changed.
    Status {
        /// The row.
        row: ChannelStatus,
    },
    /// The reader may now read this scope and pages it in by HTTP.
    Granted {
        /// What may be read.
        scope: Scope,
    },
    /// The reader may no longer read this scope and deletes rows, index, drafts and toasts of it.
    Revoked {
        /// What may not be read.
        scope: Scope,
    },
    /// A change this version does not know. The cursor passes it.
    #[serde(other)]
    Unknown,
}

/// One entry of the log, as its readers get it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its place; higher is later.
    pub position: LogPosition,
    /// What changed.
    pub change: Change,
}
