//! The events that the UI receives.

use deskbell_protocol::{
    AccountHealth, Assignment, ChannelStatus, Contact, ConversationId, ErrorBody, Interaction, Message,
    MessageId, Millis, Offer, Viewer,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[cfg(doc)]
use super::Request;
use super::{ConversationView, Outgoing, Settings};

/// An event for the UI.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The first event of a subscription.
    Subscribed {
        /// The number of the subscription, for [`Request::Acknowledge`].
        #[ts(type = "number")]
        subscription: u64,
    },
    /// A commit of the cache.
    Changed {
        /// The changed rows.
        changes: Box<Changes>,
    },
    /// The connection to the hub has changed.
    Connection {
        /// The new state.
        connection: Connection,
    },
    /// This desktop's settings have changed.
    Settings {
        /// All settings.
        settings: Settings,
    },
    /// Bring this conversation to the front: the person has clicked its toast or accepted its offer.
    Open {
        /// The conversation.
        conversation: ConversationId,
    },
    /// The list of a conversation's other viewers has changed.
    Viewers {
        /// The conversation.
        conversation: ConversationId,
        /// All other viewers.
        agents: Vec<Viewer>,
    },
    /// An alert that belongs to no conversation.
    Alert {
        /// The alert.
        alert: Alert,
    },
    /// The person wants to quit while interactions are active. The UI asks them to confirm.
    QuitAsked {
        /// The number of active interactions.
        active: u32,
    },
    /// Subscribe again, and read the snapshot and the open transcript again: there were too many changes to
    /// tell one by one, or the workspace is another one.
    Resync,
}

/// An event with its number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NumberedEvent {
    /// Its number, counted from 1 within a subscription.
    #[ts(type = "number")]
    pub seq: u64,
    /// The event.
    pub event: Event,
}

/// What one commit has changed: rows as they are now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Changes {
    /// Conversations that appeared or changed.
    pub conversations: Vec<ConversationView>,
    /// Interactions that appeared or changed.
    pub interactions: Vec<Interaction>,
    /// Messages that appeared or changed.
    pub messages: Vec<Message>,
    /// Outgoing messages that appeared or changed.
    pub outgoing: Vec<Outgoing>,
    /// Outgoing messages that have left the outbox: stored by the hub (the same id is, or was, in `messages`)
    /// or discarded.
    pub outgoing_gone: Vec<MessageId>,
    /// Offers that appeared or changed.
    pub offers: Vec<Offer>,
    /// The agent's readiness per channel.
    pub statuses: Vec<ChannelStatus>,
    /// Conversations that were deleted, with all that belongs to them.
    pub conversations_gone: Vec<ConversationId>,
    /// Contacts that appeared or changed.
    pub contacts: Vec<Contact>,
    /// Contacts that were assigned, or are no longer.
    pub assignments: Vec<Assignment>,
    /// Accounts whose health has changed.
    pub accounts_health: Vec<AccountHealth>,
}

/// The connection to the hub.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Connection {
    /// The cache is not open.
    WaitingForKey {
        /// Why not.
        why: CacheProblem,
    },
    /// Not connected.
    Offline {
        /// Why, for a person; absent before the first attempt.
        message: Option<String>,
        /// The time of the next attempt, by this desktop's clock.
        retry_at: Option<Millis>,
    },
    /// Connecting, or reading what was missed.
    Connecting,
    /// Connected, and everything is up to date.
    Live {
        /// The hub's clock minus this desktop's, in milliseconds.
        #[ts(type = "number")]
        clock_offset: i64,
    },
    /// The hub rejected the session.
    Refused {
        /// Why.
        error: ErrorBody,
    },
}

/// Why the cache is not open. Nothing is lost, and opening is retried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CacheProblem {
    /// The key store is locked: somebody has to unlock it.
    Locked,
    /// The key store does not answer. It may be asking somebody to unlock it.
    Slow,
    /// The key store failed; the log has the details.
    Failed,
    /// The disk is full.
    DiskFull,
    /// The file cannot be opened; the log has the details.
    Unopenable,
}

/// A message to the person that belongs to no conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "alert", rename_all = "snake_case")]
pub enum Alert {
    /// The cache could not be read and was quarantined. What the hub has is read again.
    CacheRebuilt {
        /// How many messages that the hub had not stored were rescued.
        outgoing_saved: u32,
        /// Whether all unsent messages and drafts could be read. If not, some may be lost.
        complete: bool,
        /// The new path of the unreadable file.
        aside: String,
    },
    /// The key store no longer has the key. A new cache was created.
    KeyLost {
        /// The new path of the unreadable file.
        aside: String,
    },
    /// The disk is full: what is written now is not stored.
    DiskFull,
    /// Toasts cannot be shown on this desktop.
    NoToasts {
        /// Why.
        why: String,
    },
}
