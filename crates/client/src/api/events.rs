//! What the UI is told by itself.

use deskbell_protocol::{
    AccountHealth, Assignment, ChannelStatus, Contact, ConversationId, ErrorBody, Interaction, Message,
    MessageId, Millis, Offer, Viewer,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[cfg(doc)]
use super::Request;
use super::{ConversationView, Outgoing, Settings};

/// What the UI is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The first event of a subscription: its number, for acknowledging.
    Subscribed {
        /// Goes into [`Request::Acknowledge`].
        #[ts(type = "number")]
        subscription: u64,
    },
    /// One commit of the cache.
    Changed {
        /// What is different now.
        changes: Box<Changes>,
    },
    /// The connection to the hub is now so.
    Connection {
        /// How it is.
        connection: Connection,
    },
    /// This desktop's settings are now so.
    Settings {
        /// All of them.
        settings: Settings,
    },
    /// Bring this conversation to the front: the person clicked or accepted it elsewhere.
    Open {
        /// Which one.
        conversation: ConversationId,
    },
    /// Who else is at a conversation now.
    Viewers {
        /// Which one.
        conversation: ConversationId,
        /// The others.
        agents: Vec<Viewer>,
    },
    /// Something the person should know that belongs to no conversation.
    Alert {
        /// What.
        alert: Alert,
    },
    /// The person wants to quit while interactions are active: ask them.
    QuitAsked {
        /// How many.
        active: u32,
    },
    /// Too much happened unread: ask for a snapshot and the open transcript again, by a new subscription.
    Resync,
}

/// An event with its number, counted from 1 within a subscription.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NumberedEvent {
    /// Its number.
    #[ts(type = "number")]
    pub seq: u64,
    /// What happened.
    pub event: Event,
}

/// What one commit changed: rows as they are now.
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
    /// Outgoing messages that are no longer in the outbox: stored by the hub (then the same id is in
    /// `messages`, now or before) or discarded.
    pub outgoing_gone: Vec<MessageId>,
    /// Offers that appeared or changed.
    pub offers: Vec<Offer>,
    /// My state per channel.
    pub statuses: Vec<ChannelStatus>,
    /// Conversations that are gone, with all that belongs to them.
    pub conversations_gone: Vec<ConversationId>,
    /// Contacts that appeared or changed.
    pub contacts: Vec<Contact>,
    /// Which contacts are assigned now, or no longer.
    pub assignments: Vec<Assignment>,
    /// Accounts that can send again, or cannot.
    pub accounts_health: Vec<AccountHealth>,
}

/// The connection to the hub.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Connection {
    /// The cache is not open yet: the key store is locked or slow.
    WaitingForKey {
        /// For what exactly.
        why: Waiting,
    },
    /// Not connected.
    Offline {
        /// Why, for a person; absent before the first attempt.
        message: Option<String>,
        /// When the next attempt is made, by this desktop's clock.
        retry_at: Option<Millis>,
    },
    /// Connecting, or reading what was missed.
    Connecting,
    /// Everything here is up to date.
    Live {
        /// The hub's clock minus this desktop's, in milliseconds.
        #[ts(type = "number")]
        clock_offset: i64,
    },
    /// The hub will not have us; trying again does not help by itself.
    Refused {
        /// Why.
        error: ErrorBody,
    },
}

/// Why the cache cannot be opened yet. Nothing is lost in any of these, and all are tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Waiting {
    /// The key store is locked: somebody has to unlock it.
    Locked,
    /// The key store does not answer. It may be asking somebody to unlock it.
    Slow,
    /// The key store failed; the log says how.
    Failed,
    /// The disk is full.
    DiskFull,
    /// The file cannot be opened; the log says why.
    Unopenable,
}

/// Something the person should know that belongs to no conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "alert", rename_all = "snake_case")]
pub enum Alert {
    /// The cache could not be read and was set aside; what the hub has is read again.
    CacheRebuilt {
        /// Messages that had not reached the hub and could be saved.
        outgoing_saved: u32,
        /// Whether everything unsent could be read. If not, some of it may be lost.
        complete: bool,
        /// Where the unreadable file is now.
        aside: String,
    },
    /// The key was definitely gone from the key store; a new cache was begun.
    KeyLost {
        /// Where the unreadable file is now.
        aside: String,
    },
    /// The disk is full: what is written now is not kept.
    DiskFull,
    /// No toast can be shown on this desktop.
    NoToasts {
        /// Why.
        why: String,
    },
}
