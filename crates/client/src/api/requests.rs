//! What the UI may ask for.

use deskbell_protocol::{
    AccountId, AlertOutcome, Channel, ContactEdit, ContactId, ConversationId, FilledTemplate, InteractionId,
    MessageId, Millis, OfferId, Position, QueueId, Readiness,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Settings;
#[cfg(doc)]
use super::{Event, RememberedHub, Reply};
use crate::secrets::Password;

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
    /// A page of a contact's continuous transcript, over all their conversations. From the hub while
    /// connected, else from the cache. Answered by [`Reply::Thread`].
    Thread {
        /// Whose.
        contact: ContactId,
        /// Where.
        place: Place,
        /// At most this many messages, 1 to 200.
        limit: u32,
    },
    /// The end of that transcript as this desktop keeps it, without asking the hub: what can be shown until
    /// [`Request::Thread`] is answered. Answered by [`Reply::Thread`].
    KeptThread {
        /// Whose.
        contact: ContactId,
        /// At most this many messages, 1 to 200.
        limit: u32,
    },
    /// Messages of that transcript that contain all these words, newest first. Answered by
    /// [`Reply::ThreadHits`].
    SearchThread {
        /// Whose.
        contact: ContactId,
        /// What was typed.
        words: String,
        /// Only what lies before this place.
        before: Option<Position>,
        /// At most this many, 1 to 200.
        limit: u32,
    },
    /// The agent's assigned contacts, from the cache, newest word first. Answered by [`Reply::Contacts`].
    AssignedContacts,
    /// Contacts whose name, number or attribute contains all these words, assigned or not. From the hub while
    /// connected, else among the assigned ones. Answered by [`Reply::Contacts`].
    FindContacts {
        /// What was typed; empty for all.
        words: String,
        /// From [`Reply::Contacts`]; absent for the first page.
        after: Option<String>,
        /// At most this many, 1 to 100.
        limit: u32,
    },
    /// One contact. From the hub while connected, else from the cache. Answered by [`Reply::Contact`].
    Contact {
        /// Who.
        contact: ContactId,
    },
    /// Past interactions, newest first. From the hub. Answered by [`Reply::Interactions`].
    Interactions {
        /// Which.
        filter: InteractionFilter,
        /// From [`Reply::Interactions`]; absent for the first page.
        after: Option<String>,
        /// At most this many, 1 to 200.
        limit: u32,
    },
    /// Make a contact.
    CreateContact {
        /// Made by the UI (UUIDv7).
        contact: ContactId,
        /// The queue whose members see them.
        queue: QueueId,
        /// What they are called.
        name: String,
        /// Their numbers, as typed.
        phones: Vec<String>,
    },
    /// Change a contact; refused with `stale` if a field no longer is as the agent saw it.
    EditContact {
        /// Whom.
        contact: ContactId,
        /// What.
        edits: Vec<ContactEdit>,
    },
    /// Say that two contacts are one person.
    JoinContacts {
        /// Who stays.
        contact: ContactId,
        /// Who becomes part of them.
        other: ContactId,
    },
    /// Connect a channel: a number of a contact on one of our accounts. Nothing is sent.
    ConnectChannel {
        /// Made by the UI (UUIDv7): the conversation that begins.
        conversation: ConversationId,
        /// Whose.
        contact: ContactId,
        /// From which of our accounts.
        account: AccountId,
        /// The number, as typed.
        number: String,
        /// How the contact agreed, in a few words.
        opt_in: String,
    },
    /// Ask what can be known about a channel without writing to it. Answered by [`Reply::Validation`].
    ValidateChannel {
        /// Which.
        conversation: ConversationId,
    },
    /// Put a contact among the assigned ones.
    Subscribe {
        /// Whom.
        contact: ContactId,
    },
    /// Take a contact out of the assigned ones.
    Unsubscribe {
        /// Whom.
        contact: ContactId,
    },
    /// Begin an interaction, active and held by the agent.
    StartInteraction {
        /// Made by the UI (UUIDv7).
        interaction: InteractionId,
        /// With whom, on which channel.
        conversation: ConversationId,
    },
    /// The notifications of an account, as the provider lists them now. Answered by [`Reply::Templates`].
    Templates {
        /// Which account.
        account: AccountId,
    },
    /// Send a notification. Also offline: the reply means that it is stored on this desktop.
    SendNotification {
        /// Made by the UI (UUIDv7); a repeat under the same id changes nothing.
        message: MessageId,
        /// Where to.
        conversation: ConversationId,
        /// What.
        template: FilledTemplate,
        /// How it reads, for the bubble until the hub has it.
        preview: String,
    },
    /// Give a message that failed at the provider to it again.
    SendAgain {
        /// Which one.
        message: MessageId,
        /// The attempt that failed.
        attempt: u32,
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
        /// The newest message that was on the screen; absent if nothing was.
        seen: Option<Position>,
    },
    /// Try an outgoing message again that was held or refused. One that was held because a colleague said
    /// something goes in any case now.
    RetryMessage {
        /// Which one.
        message: MessageId,
    },
    /// Let an outgoing message that was held because its window is closed go by itself once the window is open
    /// again; at once if it is. The promise is kept also after a restart.
    SendWhenPossible {
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
        /// The newest message when it was begun; kept with it until it is empty.
        begun_on: Option<Position>,
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
        /// Whether the person is writing in it.
        writing: bool,
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
    /// Where this desktop can be signed in. Answered by the host with [`Reply::Hubs`].
    Hubs,
    /// Sign in to a hub with a password, and work there from now on. Answered with [`Reply::SignIn`]; if that
    /// worked, everything is another workspace now, and [`Event::Resync`] says so.
    SignIn {
        /// The hub's address as it was typed.
        url: String,
        /// The agent's name.
        agent: String,
        /// Their password. It is shown to the hub and kept nowhere.
        password: Password,
        /// The remembered hub this is for; another one at its address is refused. Absent: a hub that may be
        /// new to this desktop.
        workspace: Option<String>,
    },
    /// Go to a remembered hub that this desktop is still signed in to. Answered like a sign-in.
    OpenHub {
        /// The id of a [`RememberedHub`].
        workspace: String,
    },
    /// Go to practice. Answered like a sign-in.
    Practice,
    /// Sign out. What is kept of the hub stays, and is shown again to who signs in again. Unless confirmed,
    /// [`Reply::AskFirst`] comes instead while something would wait.
    SignOut {
        /// Whether the person has confirmed.
        confirmed: bool,
    },
    /// Remove everything that this desktop keeps of a remembered hub. Unless confirmed, [`Reply::AskFirst`]
    /// comes instead while something unsent would be lost.
    ForgetHub {
        /// Its id.
        workspace: String,
        /// Whether the person has confirmed.
        confirmed: bool,
    },
    /// Whether the app starts when the person logs in to the desktop. Answered with [`Reply::StartAtLogin`].
    StartAtLogin {
        /// What it shall be from now on; absent only asks.
        on: Option<bool>,
    },
    /// Quit the app. Unless confirmed, [`Event::QuitAsked`] comes instead while interactions are active.
    Quit {
        /// Whether the person has confirmed.
        confirmed: bool,
    },
}

/// Where a page of a transcript lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "at", rename_all = "snake_case")]
pub enum Place {
    /// At its end.
    End,
    /// At its beginning.
    Start,
    /// Before this message.
    Before {
        /// Its place.
        position: Position,
    },
    /// Behind this message.
    After {
        /// Its place.
        position: Position,
    },
    /// Where this moment is.
    Moment {
        /// Which.
        moment: Millis,
    },
}

/// Which past interactions are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct InteractionFilter {
    /// Those of this contact; absent: the agent's own.
    pub contact: Option<ContactId>,
    /// On this channel.
    pub channel: Option<Channel>,
    /// Handled by the agent with this name.
    pub agent: Option<String>,
    /// With this disposition.
    pub disposition: Option<String>,
    /// Begun at or after this moment.
    pub from: Option<Millis>,
    /// Begun before this moment.
    pub to: Option<Millis>,
}
