//! The requests of the UI.

use deskbell_protocol::{
    AccountId, Channel, Command, ContactId, ConversationId, FilledTemplate, MessageId, Millis, Position,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Settings;
#[cfg(doc)]
use super::{Event, RememberedHub, Reply};
use crate::secrets::Password;

/// A request of the UI.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "method", rename_all = "snake_case")]
pub enum Request {
    /// Everything that the workspace shows first. Answered by [`Reply::Snapshot`].
    Snapshot,
    /// One page of a conversation's transcript from the cache, newest first. Answered by
    /// [`Reply::Transcript`].
    Transcript {
        /// The conversation or contact.
        conversation: ConversationId,
        /// Only messages before this position; absent for the end of the transcript.
        before: Option<Position>,
        /// At most this many messages, 1 to 200.
        limit: u32,
    },
    /// Conversations from the cache, newest first. Answered by [`Reply::Conversations`].
    Conversations {
        /// Only rows before this position; absent for the newest.
        before: Option<Position>,
        /// At most this many, 1 to 200.
        limit: u32,
    },
    /// Messages in the cache that contain all these words, the last one as a prefix, newest first. Answered
    /// by [`Reply::Hits`].
    Search {
        /// What was typed.
        words: String,
        /// Only rows before this position; absent for the newest.
        before: Option<Position>,
        /// At most this many, 1 to 200.
        limit: u32,
    },
    /// A page of a contact's continuous transcript, over all their conversations. From the hub while
    /// connected, else from the cache. Answered by [`Reply::Thread`].
    Thread {
        /// The contact.
        contact: ContactId,
        /// Where the page starts.
        place: PageAnchor,
        /// At most this many messages, 1 to 200.
        limit: u32,
    },
    /// The end of a contact's transcript from the cache alone: what can be shown until [`Request::Thread`] is
    /// answered. Answered by [`Reply::Thread`].
    KeptThread {
        /// The conversation or contact.
        contact: ContactId,
        /// At most this many messages, 1 to 200.
        limit: u32,
    },
    /// Messages of a contact's transcript that contain all these words, newest first. From the hub while
    /// connected, else from the cache. Answered by [`Reply::ThreadHits`].
    SearchThread {
        /// The conversation or contact.
        contact: ContactId,
        /// What was typed.
        words: String,
        /// Only rows before this position; absent for the newest.
        before: Option<Position>,
        /// At most this many, 1 to 200.
        limit: u32,
    },
    /// The agent's assigned contacts, from the cache, newest message first. Answered by [`Reply::Contacts`].
    AssignedContacts,
    /// Contacts whose name, number or attribute contains all these words, assigned or not. From the hub while
    /// connected, else from the assigned contacts in the cache. Answered by [`Reply::Contacts`].
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
        /// The contact.
        contact: ContactId,
    },
    /// Past interactions, newest first. From the hub. Answered by [`Reply::Interactions`].
    Interactions {
        /// The filter.
        filter: InteractionFilter,
        /// From [`Reply::Interactions`]; absent for the first page.
        after: Option<String>,
        /// At most this many, 1 to 200.
        limit: u32,
    },
    /// What can be known about a conversation's address without sending to it. From the hub. Answered by
    /// [`Reply::Validation`].
    ValidateChannel {
        /// The conversation.
        conversation: ConversationId,
    },
    /// The templates of an account, as the provider lists them now. From the hub. Answered by
    /// [`Reply::Templates`].
    Templates {
        /// The account.
        account: AccountId,
    },
    /// Have the hub do something. Needs the connection; answered once the hub has done it or refused it.
    ///
    /// The engine makes the command's id and repeats it after a reconnect under the same one. Ids within the
    /// command are made by the UI (UUIDv7). [`Command::SendMessage`] and [`Command::SendNotification`] are
    /// refused here, because a message goes through the outbox ([`Request::Enqueue`]), and [`Command::Look`]
    /// is made from [`Request::SetView`].
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
    /// Queue an outgoing message again that was held or refused by the hub. One that was held because a
    /// colleague had answered is sent without regard to that answer now.
    ReleaseHeld {
        /// The message.
        message: MessageId,
    },
    /// Send an outgoing message that was held because its window is closed as soon as the window opens; at
    /// once if it is open. Remembered across restarts.
    SendWhenOpen {
        /// The message.
        message: MessageId,
    },
    /// Delete an outgoing message that the hub has not stored.
    DiscardMessage {
        /// The message.
        message: MessageId,
    },
    /// Store a draft; an empty text deletes it.
    SaveDraft {
        /// The conversation.
        conversation: ConversationId,
        /// The text so far.
        body: String,
        /// The newest message when the draft was begun; stored until the draft is deleted.
        begun_on: Option<Position>,
    },
    /// Tell what is on the screen: decides unread counts, toasts, and what colleagues see.
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
        /// The number of the subscription, from its first event.
        subscription: u64,
        /// The event's number.
        seq: u64,
    },
    /// The hubs that this desktop has been signed in to. Answered by the host with [`Reply::Hubs`].
    Hubs,
    /// Sign in to a hub with a password, and switch to its workspace. Answered with [`Reply::SignIn`]; after
    /// a success [`Event::Resync`] announces the other workspace.
    SignIn {
        /// The hub's address as typed.
        url: String,
        /// The agent's name.
        agent: String,
        /// The agent's password. Sent to the hub and stored nowhere.
        password: Password,
        /// The id of the remembered hub that is expected; another hub at its address is refused. Absent: any
        /// hub.
        workspace: Option<String>,
    },
    /// Switch to the workspace of a remembered hub that this desktop is still signed in to. Answered with
    /// [`Reply::SignIn`].
    OpenHub {
        /// The id of a [`RememberedHub`].
        workspace: String,
    },
    /// Switch to practice. Answered with [`Reply::SignIn`].
    Practice,
    /// Sign out. The workspace's data stays for the next sign-in. Answered with [`Reply::AskFirst`] unless
    /// confirmed or nothing is unsent or active.
    SignOut {
        /// Whether the person has confirmed.
        confirmed: bool,
    },
    /// Delete everything that this desktop stores of a remembered hub. Answered with [`Reply::AskFirst`]
    /// unless confirmed or nothing unsent would be lost.
    ForgetHub {
        /// Its id.
        workspace: String,
        /// Whether the person has confirmed.
        confirmed: bool,
    },
    /// Whether the app starts when the person logs in to the desktop. Answered with [`Reply::StartAtLogin`].
    StartAtLogin {
        /// The new setting; absent only reads it.
        on: Option<bool>,
    },
    /// Quit the app. While interactions are active and it is not confirmed, [`Event::QuitAsked`] is announced
    /// instead.
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

/// The content of an outgoing message.
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
        /// What is sent to the hub.
        template: FilledTemplate,
        /// Its text, for the bubble until the hub has stored the message.
        preview: String,
    },
}

/// Where a page of a transcript starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "at", rename_all = "snake_case")]
pub enum PageAnchor {
    /// At the end of the transcript.
    End,
    /// At the beginning of the transcript.
    Start,
    /// Before this message.
    Before {
        /// The message's position.
        position: Position,
    },
    /// After this message.
    After {
        /// The message's position.
        position: Position,
    },
    /// At the first message from this time on.
    Moment {
        /// The time.
        moment: Millis,
    },
}

/// A filter of past interactions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct InteractionFilter {
    /// With this contact; absent: the agent's own with all contacts.
    pub contact: Option<ContactId>,
    /// On this channel.
    pub channel: Option<Channel>,
    /// Handled by the agent with this name.
    pub agent: Option<String>,
    /// With this disposition.
    pub disposition: Option<String>,
    /// Begun at or after this time.
    pub from: Option<Millis>,
    /// Begun before this time.
    pub to: Option<Millis>,
}
