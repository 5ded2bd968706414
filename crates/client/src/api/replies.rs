//! The replies to requests.

#[cfg(doc)]
use deskbell_protocol::ErrorBody;
use deskbell_protocol::{
    ConversationId, InteractionPage, Message, Template, ThreadHits, ThreadPage, Validation,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[cfg(doc)]
use super::Request;
use super::{
    ContactProfile, ContactView, ConversationView, Outgoing, RememberedHub, SignInRefusal, WorkspaceSnapshot,
};

/// The reply to a request. Errors are [`ErrorBody`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "reply", rename_all = "snake_case")]
pub enum Reply {
    /// Done. Changes are told by events.
    Done,
    /// To [`Request::Snapshot`].
    Snapshot(Box<WorkspaceSnapshot>),
    /// To [`Request::Transcript`].
    Transcript(TranscriptPage),
    /// To [`Request::Conversations`].
    Conversations {
        /// The conversations, newest first.
        conversations: Vec<ConversationView>,
        /// Whether there are older ones.
        more: bool,
    },
    /// To [`Request::Thread`] and [`Request::KeptThread`].
    Thread {
        /// The page.
        page: ThreadPage,
        /// Whether it is from the whole transcript at the hub. Else only from the cache.
        whole: bool,
    },
    /// To [`Request::SearchThread`].
    ThreadHits {
        /// The hits.
        hits: ThreadHits,
        /// Whether the whole transcript at the hub was searched. Else only the cache.
        whole: bool,
    },
    /// To [`Request::AssignedContacts`] and [`Request::FindContacts`].
    Contacts {
        /// The contacts.
        contacts: Vec<ContactView>,
        /// The cursor of the next page; absent on the last.
        next: Option<String>,
        /// Whether all contacts that the agent may see were searched. Else only the assigned ones.
        whole: bool,
    },
    /// To [`Request::Contact`].
    Contact {
        /// The contact.
        contact: Box<ContactProfile>,
        /// Whether it is from the hub. Else only from the cache.
        whole: bool,
    },
    /// To [`Request::Interactions`].
    Interactions(InteractionPage),
    /// To [`Request::ValidateChannel`].
    Validation(Box<Validation>),
    /// To [`Request::Templates`].
    Templates {
        /// All templates of the account.
        templates: Vec<Template>,
    },
    /// To [`Request::Hubs`].
    Hubs {
        /// The hubs, last used first.
        remembered: Vec<RememberedHub>,
    },
    /// To a sign-in.
    SignIn {
        /// Why it failed; absent on success.
        refused: Option<SignInRefusal>,
    },
    /// Not done: the person has to confirm it.
    AskFirst {
        /// How many messages the hub has not stored.
        unsent: u32,
        /// How many interactions are active.
        active: u32,
    },
    /// To [`Request::StartAtLogin`].
    StartAtLogin {
        /// Whether the app starts at login.
        on: bool,
    },
    /// To [`Request::Search`].
    Hits {
        /// The messages, newest first.
        hits: Vec<Hit>,
        /// Whether there are older ones.
        more: bool,
    },
}

/// One page of a transcript.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TranscriptPage {
    /// The conversation.
    pub conversation: ConversationId,
    /// The messages, newest first.
    pub messages: Vec<Message>,
    /// Whether there are older ones in the cache.
    pub more: bool,
    /// The conversation's outbox, oldest first. Only with the page at the end of the transcript.
    pub outgoing: Vec<Outgoing>,
}

/// A message that matches a search.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Hit {
    /// The message.
    pub message: Message,
    /// The contact's name.
    pub contact_name: String,
}
