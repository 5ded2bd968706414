//! The whole contract between engine and UI: every [`Request`], [`Reply`] and [`Event`].
//!
//! A feature starts here. Two doors carry it, `request` and `subscribe`, and neither side knows what
//! lies behind them: a Tauri window, or a browser on loopback. The TypeScript types in
//! `ui/src/bindings` are generated from this file.
//!
//! State changes travel only as events. Events are numbered per subscription and acknowledged; they may
//! repeat, and rows carry a version, so applying one twice changes nothing.

use deskbell_protocol::{
    Agent, AlertOutcome, Channel, ChannelStatus, Conversation, ConversationId, ErrorBody, Failure,
    HubSettings, Interaction, InteractionId, Message, MessageId, Millis, Offer, OfferId, Position, Queue,
    Readiness,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What the UI may ask for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "method", rename_all = "snake_case")]
pub enum Request {
    /// Everything the workspace shows first. Answered by [`Reply::Snapshot`].
    Snapshot,
    /// One page of a transcript from the cache, newest first. Answered by [`Reply::Transcript`].
    Transcript {
        /// Whose.
        conversation: ConversationId,
        /// Only what lies before this place; absent for the end of the transcript.
        before: Option<Position>,
        /// At most this many messages, 1 to 200.
        limit: u32,
    },
    /// Older conversations from the cache, newest first. Answered by [`Reply::Conversations`].
    Conversations {
        /// Only what lies before this place.
        before: Option<Position>,
        /// At most this many, 1 to 200.
        limit: u32,
    },
    /// Messages in the cache that contain all these words, the last one as a prefix, newest first.
    /// Answered by [`Reply::Hits`].
    Search {
        /// What was typed.
        words: String,
        /// Only what lies before this place.
        before: Option<Position>,
        /// At most this many, 1 to 200.
        limit: u32,
    },
    /// Become ready, or not, on one channel.
    SetStatus {
        /// Which channel.
        channel: Channel,
        /// What to become.
        readiness: Readiness,
        /// Why not ready, from the hub's list.
        reason: Option<String>,
    },
    /// Take what rings.
    AcceptOffer {
        /// Which offer.
        offer: OfferId,
    },
    /// Pass it on.
    DeclineOffer {
        /// Which offer.
        offer: OfferId,
    },
    /// Say what became of an in-page alert for an offer.
    ReportAlert {
        /// Which offer.
        offer: OfferId,
        /// What became of it.
        outcome: AlertOutcome,
        /// Why, if it was not shown.
        why: Option<String>,
    },
    /// Say something. Also offline: the reply means that it is stored on this desktop.
    SendMessage {
        /// Made by the UI (UUIDv7); a repeat under the same id changes nothing.
        message: MessageId,
        /// Where to.
        conversation: ConversationId,
        /// The text.
        body: String,
    },
    /// Try an outgoing message again that was held or refused.
    RetryMessage {
        /// Which one.
        message: MessageId,
    },
    /// Throw away an outgoing message that has not reached the hub.
    DiscardMessage {
        /// Which one.
        message: MessageId,
    },
    /// Keep what is being written; an empty text removes the draft.
    SaveDraft {
        /// Where it is being written.
        conversation: ConversationId,
        /// The text so far.
        body: String,
    },
    /// End an interaction one holds.
    EndInteraction {
        /// Which one.
        interaction: InteractionId,
    },
    /// Close an ended interaction.
    MarkDone {
        /// Which one.
        interaction: InteractionId,
    },
    /// Take back an End.
    ResumeInteraction {
        /// Which one.
        interaction: InteractionId,
    },
    /// Say how an interaction that one holds went.
    SetDisposition {
        /// Which interaction.
        interaction: InteractionId,
        /// The id of one of the hub's dispositions; absent takes it away.
        disposition: Option<String>,
    },
    /// Write the note of an interaction that one holds; it replaces the former one.
    SetNote {
        /// Which interaction.
        interaction: InteractionId,
        /// The whole note.
        note: String,
    },
    /// Write one fact about the case of an interaction that one holds.
    SetCaseField {
        /// Which interaction.
        interaction: InteractionId,
        /// One of the hub's keys that agents may edit.
        key: String,
        /// The fact; empty takes it away.
        value: String,
    },
    /// What is on the screen: decides unread counts and which toasts are needed.
    Look {
        /// The conversation that is open.
        conversation: Option<ConversationId>,
        /// Whether the window or page has the focus.
        focused: bool,
    },
    /// Change this desktop's settings. Answered by [`Reply::Done`]; [`Event::Settings`] follows.
    ChangeSettings {
        /// All of them.
        settings: Settings,
    },
    /// Events up to this number have been applied.
    Acknowledge {
        /// The subscription, from its first event.
        subscription: u64,
        /// The event's number.
        seq: u64,
    },
    /// Quit the app. Unless confirmed, [`Event::QuitAsked`] comes instead while interactions are active.
    Quit {
        /// Whether the person has confirmed.
        confirmed: bool,
    },
}

/// What a request is answered with. Errors are [`ErrorBody`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "reply", rename_all = "snake_case")]
pub enum Reply {
    /// Done; whatever changed comes, or came, as an event.
    Done,
    /// To [`Request::Snapshot`].
    Snapshot(Box<WorkspaceSnapshot>),
    /// To [`Request::Transcript`].
    Transcript(TranscriptPage),
    /// To [`Request::Conversations`].
    Conversations {
        /// Newest first.
        conversations: Vec<ConversationView>,
        /// Whether there are older ones.
        more: bool,
    },
    /// To [`Request::Search`].
    Hits {
        /// Newest first.
        hits: Vec<Hit>,
        /// Whether there are older ones.
        more: bool,
    },
}

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
        changes: Changes,
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
}

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
}

/// A message that waits in the outbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Outgoing {
    /// The id it keeps for ever.
    pub id: MessageId,
    /// Where to.
    pub conversation: ConversationId,
    /// The text.
    pub body: String,
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
    /// For the agent: the window closed meanwhile.
    Held,
    /// For the agent: the hub refused it.
    Refused,
}

/// One page of a transcript.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TranscriptPage {
    /// Whose.
    pub conversation: ConversationId,
    /// Newest first.
    pub messages: Vec<Message>,
    /// Whether there are older ones in the cache.
    pub more: bool,
    /// What waits in the outbox, oldest first. Only with the page at the end of the transcript.
    pub outgoing: Vec<Outgoing>,
}

/// A message that contains what was searched for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Hit {
    /// The message.
    pub message: Message,
    /// The contact's name.
    pub contact_name: String,
}

/// Everything the workspace shows first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WorkspaceSnapshot {
    /// Where this runs.
    pub host: HostInfo,
    /// Who is signed in; absent until the first connection.
    pub me: Option<Agent>,
    /// The queues I am a member of.
    pub queues: Vec<Queue>,
    /// What the hub set; absent until the first connection.
    pub hub: Option<HubSettings>,
    /// The connection to the hub.
    pub connection: Connection,
    /// My state per channel.
    pub statuses: Vec<ChannelStatus>,
    /// What rings at me.
    pub offers: Vec<Offer>,
    /// Interactions that I hold: active, and ended but not done.
    pub interactions: Vec<Interaction>,
    /// The conversations of those interactions, the one that is looked at if it is here, and the newest
    /// others (at most 50).
    pub conversations: Vec<ConversationView>,
    /// This desktop's settings.
    pub settings: Settings,
    /// What the person should know and has not been told.
    pub alerts: Vec<Alert>,
}

/// Where the engine runs. Set by the host, never changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HostInfo {
    /// The app's version.
    pub version: String,
    /// Whether the customers are simulated. The screen says so, always.
    pub practice: bool,
    /// How offers alert the person.
    pub alerts: AlertStyle,
    /// Where the cache's key is kept.
    pub key_place: KeyPlace,
}

/// How offers alert the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AlertStyle {
    /// By operating-system toasts.
    Toast,
    /// By an alert in the page, which reports by [`Request::ReportAlert`].
    InPage,
}

/// Where the cache's key is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum KeyPlace {
    /// In the key store of the operating system.
    KeyStore,
    /// In a file beside the cache, because this desktop has no key store. That is not encryption, and
    /// the settings say so.
    File,
}

/// The connection to the hub.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Connection {
    /// The cache is not open yet: the key store is locked or slow.
    WaitingForKey {
        /// What the person can do.
        message: String,
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

/// This desktop's settings. Kept in a file beside the cache, because they are needed before it opens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Settings {
    /// The language; absent follows the system.
    pub language: Option<Language>,
    /// The theme; absent follows the system.
    pub theme: Option<Theme>,
    /// Whether toasts show the contact's first words.
    pub toast_words: bool,
    /// Whether offers ring audibly.
    pub sound: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { language: None, theme: None, toast_words: true, sound: true }
    }
}

/// A language of the UI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// English.
    En,
    /// German.
    De,
}

/// A colour theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}
