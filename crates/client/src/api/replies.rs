//! What requests are answered with.

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
    /// To [`Request::Thread`] and [`Request::KeptThread`].
    Thread {
        /// The page.
        page: ThreadPage,
        /// Whether it was cut from all that was ever said. Else only from what this desktop keeps.
        whole: bool,
    },
    /// To [`Request::SearchThread`].
    ThreadHits {
        /// Where they are.
        hits: ThreadHits,
        /// Whether all that was ever said was searched. Else only what this desktop keeps.
        whole: bool,
    },
    /// To [`Request::AssignedContacts`] and [`Request::FindContacts`].
    Contacts {
        /// The rows.
        contacts: Vec<ContactView>,
        /// For the next page; absent on the last.
        next: Option<String>,
        /// Whether all contacts that the agent may see were considered. Else only the assigned ones.
        whole: bool,
    },
    /// To [`Request::Contact`].
    Contact {
        /// The contact.
        contact: Box<ContactProfile>,
        /// Whether this is all. Else only what this desktop keeps.
        whole: bool,
    },
    /// To [`Request::Interactions`].
    Interactions(InteractionPage),
    /// To [`Request::ValidateChannel`].
    Validation(Box<Validation>),
    /// To [`Request::Templates`].
    Templates {
        /// All of them.
        templates: Vec<Template>,
    },
    /// To [`Request::Hubs`].
    Hubs {
        /// The last used one first.
        remembered: Vec<RememberedHub>,
    },
    /// To a sign-in.
    SignIn {
        /// Why it came to nothing; absent when it worked.
        refused: Option<SignInRefusal>,
    },
    /// Not done yet: the person should be asked.
    AskFirst {
        /// How many messages have not reached the hub.
        unsent: u32,
        /// How many interactions are active.
        active: u32,
    },
    /// To [`Request::StartAtLogin`].
    StartAtLogin {
        /// Whether it does.
        on: bool,
    },
    /// To [`Request::Search`].
    Hits {
        /// Newest first.
        hits: Vec<Hit>,
        /// Whether there are older ones.
        more: bool,
    },
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
