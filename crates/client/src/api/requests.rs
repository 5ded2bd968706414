//! What the UI may ask for.

use deskbell_protocol::{
    AccountId, Channel, Command, ContactId, ConversationId, FilledTemplate, MessageId, Millis, Position,
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
    /// Ask what can be known about a channel without writing to it. Answered by [`Reply::Validation`].
    ValidateChannel {
        /// Which.
        conversation: ConversationId,
    },
    /// The notifications of an account, as the provider lists them now. Answered by [`Reply::Templates`].
    Templates {
        /// Which account.
        account: AccountId,
    },
    /// Have the hub do something. Needs the connection; answered once the hub has done it or refused it.
    ///
    /// The engine makes the command's id and repeats it after a reconnect under the same one. Ids within the
    /// command are made by the UI (UUIDv7). [`Command::SendMessage`] and [`Command::SendNotification`] are refused
    /// here, because a message goes through the outbox ([`Request::Enqueue`]), and [`Command::Look`] is made from
    /// [`Request::SetView`].
    Command {
        /// What the hub is to do.
        command: Command,
    },
    /// Put a message into the outbox. Also offline: the reply means that it is stored on this desktop.
    Enqueue {
        /// Made by the UI (UUIDv7); a repeat under the same id changes nothing.
        message: MessageId,
        /// Where to.
        conversation: ConversationId,
        /// What is sent.
        content: OutgoingContent,
        /// The newest message that was on the screen; absent if nothing was, or if it is sent in any case.
        seen: Option<Position>,
    },
    /// Queue an outgoing message again that was held or refused by the hub. One that was held because a colleague
    /// had answered is sent without regard to that answer now.
    ReleaseHeld {
        /// Which one.
        message: MessageId,
    },
    /// Send an outgoing message that was held because its window is closed as soon as the window opens; at once if
    /// it is open. Remembered across restarts.
    SendWhenOpen {
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
    /// What is on the screen: decides unread counts and which toasts are needed.
    SetView {
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

impl From<Command> for Request {
    fn from(command: Command) -> Self {
        Self::Command { command }
    }
}

/// What is put into the outbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum OutgoingContent {
    /// Free text.
    Text {
        /// The text.
        body: String,
    },
    /// An approved template, filled in.
    Template {
        /// What the hub is sent.
        template: FilledTemplate,
        /// How it reads, for the bubble until the hub has it.
        preview: String,
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
