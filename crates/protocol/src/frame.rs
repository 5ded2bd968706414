//! The frames on the WebSocket at `/v1/agent`, one JSON object each.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    AccountId, Agent, AlertOutcome, Channel, CommandId, ContactEdit, ContactId, ConversationId, Entry,
    ErrorBody, FilledTemplate, Generation, HubId, InteractionId, LogPosition, MessageId, Millis, OfferId,
    Position, QueueId, Readiness, SessionId, Viewer,
};

/// The version both ends must share. Raised only when an old end would misunderstand a new one;
/// everything else is an unknown field, an unknown kind or a capability.
pub const PROTOCOL_VERSION: u32 = 1;

/// The largest frame a hub takes from a client, in bytes.
pub const MAX_CLIENT_FRAME_BYTES: usize = 64 * 1024;

/// The largest frame a client takes from a hub, in bytes.
pub const MAX_HUB_FRAME_BYTES: usize = 4 * 1024 * 1024;

/// The longest note of an interaction, in characters.
pub const MAX_NOTE_CHARS: usize = 4_000;

/// The longest value of a case field, in characters.
pub const MAX_CASE_CHARS: usize = 500;

/// How far a client has read the log of one generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// Which life of the hub's store.
    pub generation: Generation,
    /// The last position read.
    pub position: LogPosition,
}

/// What a client says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ClientFrame {
    /// The first frame of every connection.
    Hello {
        /// [`PROTOCOL_VERSION`] of the client.
        protocol: u32,
        /// From the sign-in.
        token: String,
        /// Name and version of the program, for the hub's log.
        app: String,
        /// What the client can do beyond the protocol version.
        #[serde(default)]
        capabilities: Vec<String>,
        /// Where to go on; absent on a fresh cache.
        #[serde(default)]
        cursor: Option<Cursor>,
    },
    /// Go on from here, after a `cursor_too_old` and the snapshot that follows it.
    Resume {
        /// Where the snapshot stood.
        cursor: Cursor,
    },
    /// Do something. Answered by a `reply` with the same id.
    Command {
        /// Repeating it under the same id changes nothing.
        id: CommandId,
        /// What to do.
        command: Command,
    },
    /// Still there? Answered by `pong` with the same number.
    Ping {
        /// Any number.
        n: u64,
    },
    /// A kind this version does not know; ignored.
    #[serde(other)]
    Unknown,
}

/// What a client may ask the hub to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum Command {
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
    /// Say what became of the toast for an offer.
    ReportAlert {
        /// Which offer.
        offer: OfferId,
        /// What became of it.
        outcome: AlertOutcome,
        /// Why, if it was not shown.
        why: Option<String>,
    },
    /// Say something to the contact. The command's id is the message's id.
    SendMessage {
        /// Made by the desktop.
        message: MessageId,
        /// Where to.
        conversation: ConversationId,
        /// The text, not empty, and no longer than `text` in the policy of the account.
        body: String,
        /// When the agent wrote it, by the desktop's clock.
        written_at: Millis,
        /// The newest message that the agent had seen when they sent it. If a colleague said something behind
        /// it, the message is refused with `draft_stale`. Absent: sent in any case.
        #[serde(default)]
        seen: Option<Position>,
    },
    /// Send a notification. The command's id is the message's id.
    SendNotification {
        /// Made by the desktop.
        message: MessageId,
        /// Where to.
        conversation: ConversationId,
        /// What. Refused with `template_gone` if the provider no longer approves it.
        template: FilledTemplate,
        /// When the agent wrote it, by the desktop's clock.
        written_at: Millis,
    },
    /// Give a message that failed to the provider again: the next attempt under the same message.
    RetryMessage {
        /// Which one.
        message: MessageId,
        /// The attempt that failed. If another one was made since, nothing is done.
        attempt: u32,
    },
    /// Say which conversation is open on this desktop. Held by the session, never stored.
    Look {
        /// Which one; absent for none.
        conversation: Option<ConversationId>,
        /// Whether the agent is writing in it.
        writing: bool,
    },
    /// Begin an interaction with a contact, active and held by the agent. Done as well if they hold the live
    /// one already.
    StartInteraction {
        /// Made by the desktop.
        interaction: InteractionId,
        /// With whom, on which channel.
        conversation: ConversationId,
    },
    /// Put a contact among the agent's assigned contacts, for good.
    Subscribe {
        /// Whom.
        contact: ContactId,
    },
    /// Take a contact out of the agent's assigned contacts. Refused while the agent holds an interaction with
    /// them.
    Unsubscribe {
        /// Whom.
        contact: ContactId,
    },
    /// Make a contact that has not written yet.
    CreateContact {
        /// Made by the desktop.
        contact: ContactId,
        /// The queue whose members see them.
        queue: QueueId,
        /// What they are called.
        contact_name: String,
        /// Their numbers; each is checked and brought to E.164.
        phones: Vec<String>,
    },
    /// Change a contact: all of the edits, or none. Refused with `stale` if one of the fields no longer is as
    /// the agent saw it.
    EditContact {
        /// Whom.
        contact: ContactId,
        /// What, at most 100.
        edits: Vec<ContactEdit>,
    },
    /// Say that two contacts are one person: everything of `other` becomes `contact`'s.
    JoinContacts {
        /// Who stays.
        contact: ContactId,
        /// Who becomes part of them.
        other: ContactId,
    },
    /// Connect a channel: a number of a contact on one of our accounts. Nothing is sent.
    ConnectChannel {
        /// The id of the conversation, made by the desktop.
        conversation: ConversationId,
        /// Whose.
        contact: ContactId,
        /// From which of our accounts.
        account: AccountId,
        /// The number; checked and brought to E.164.
        number: String,
        /// How the contact agreed, in a few words.
        opt_in: String,
    },
    /// End an interaction one holds.
    EndInteraction {
        /// Which one.
        interaction: InteractionId,
    },
    /// Close an ended interaction. Refused with `disposition_missing` where the hub wants one.
    MarkDone {
        /// Which one.
        interaction: InteractionId,
    },
    /// Take back an End: the interaction is active again.
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
    /// A command this version does not know; refused.
    #[serde(other)]
    Unknown,
}

/// What clients are told of the hub's settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HubSettings {
    /// What people call this hub.
    pub hub_name: String,
    /// For how many days back a client keeps transcripts.
    pub cache_days: u32,
    /// The reasons an agent may give for Not Ready.
    pub reasons: Vec<String>,
    /// After how many seconds of waiting the timer turns yellow.
    pub waiting_yellow_s: u32,
    /// After how many seconds of waiting the timer turns red.
    pub waiting_red_s: u32,
    /// How often a client pings, in seconds; either end hangs up after three silent intervals.
    pub heartbeat_s: u32,
    /// How interactions may have gone, in the order to show them. Empty: nobody is asked.
    #[serde(default)]
    pub dispositions: Vec<Disposition>,
    /// Whether Done needs a disposition.
    #[serde(default)]
    pub disposition_required: bool,
    /// The facts about a case that are shown, in the order to show them.
    #[serde(default)]
    pub case_fields: Vec<CaseKey>,
    /// Whether agents may write to an assigned contact without opening the interaction view.
    #[serde(default = "yes")]
    pub write_a_message: bool,
    /// How long before a window closes agents are warned, in seconds.
    #[serde(default)]
    pub window_warning_s: u32,
    /// Where a consent usually comes from, to choose from.
    #[serde(default)]
    pub opt_in_sources: Vec<String>,
}

const fn yes() -> bool {
    true
}

/// How an interaction may have gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Disposition {
    /// What an interaction carries.
    pub id: String,
    /// What people read, from the trunk of the tree to the leaf; a list has one step.
    pub path: Vec<String>,
}

/// A fact about a case that is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CaseKey {
    /// The key of the field.
    pub key: String,
    /// What people read.
    pub label: String,
    /// Whether the agent who holds the interaction may change it.
    pub editable: bool,
}

/// What a hub says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum HubFrame {
    /// The answer to a hello that was accepted.
    Welcome {
        /// [`PROTOCOL_VERSION`] of the hub.
        protocol: u32,
        /// Which hub this is: the one that the client signed in to, or it goes no further.
        hub: HubId,
        /// Which life of the hub's store this is.
        generation: Generation,
        /// The newest log position.
        head: LogPosition,
        /// The hub's clock.
        now: Millis,
        /// This connection.
        session: SessionId,
        /// Who is signed in.
        agent: Agent,
        /// What the client needs to know of the hub's settings.
        settings: Box<HubSettings>,
        /// What the hub can do beyond the protocol version.
        #[serde(default)]
        capabilities: Vec<String>,
    },
    /// The hello was not accepted; the hub hangs up.
    Refused {
        /// Why.
        error: ErrorBody,
    },
    /// The cursor is of another generation, past the head, older than the log reaches, or absent: read
    /// the snapshot by HTTP, reconcile, then `resume`.
    CursorTooOld {},
    /// The log goes on. The client's cursor becomes `upto` with the commit that applies the entries; it
    /// also advances over entries that this client may not see.
    Entries {
        /// What changed, in order.
        entries: Vec<Entry>,
        /// Everything up to here was considered.
        upto: LogPosition,
    },
    /// Who else is at the conversation that this session looks at. Sent when it changes.
    Lookers {
        /// Which conversation.
        conversation: ConversationId,
        /// The others, without oneself.
        agents: Vec<Viewer>,
    },
    /// The answer to a command.
    Reply {
        /// Which command.
        id: CommandId,
        /// Absent when it was done.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<ErrorBody>,
    },
    /// The answer to a ping.
    Pong {
        /// The ping's number.
        n: u64,
        /// The hub's clock.
        now: Millis,
    },
    /// A kind this version does not know; ignored.
    #[serde(other)]
    Unknown,
}
