//! Bodies of the HTTP calls that look back: contacts, their whole transcript, and past interactions.
//! Pages are cut by cursors that the hub makes; a cursor it did not make is `malformed`.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    Channel, Contact, ContactId, Conversation, Evidence, Failure, Interaction, Message, MessageId, Millis,
    Position,
};

/// `GET /v1/contacts?search=&after=&limit=`: contacts of the agent's queues whose name, number, address or
/// attribute contains all words, in the order of their names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ContactPage {
    /// The rows of this page.
    pub contacts: Vec<ContactDetail>,
    /// What to pass as `after` for the next page; absent on the last.
    pub next: Option<String>,
}

/// `GET /v1/contacts/{id}`: a contact with what of them the agent may read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ContactDetail {
    /// The row.
    pub contact: Contact,
    /// Their channels: one conversation each.
    pub conversations: Vec<Conversation>,
    /// Whether they are among the asking agent's assigned contacts.
    pub assigned: bool,
    /// Who they may be as well. Never joined without being told to. Empty in a page of many.
    pub same: Vec<Likeness>,
}

/// A contact that may be the same person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Likeness {
    /// Who.
    pub contact: ContactId,
    /// What they are called.
    pub name: String,
    /// The number they share, as this contact has it.
    pub number: String,
    /// The number as the other contact has it; another one only where a country writes numbers in two
    /// ways.
    pub theirs: String,
}

/// A page of a contact's continuous transcript, over all conversations the agent may read, newest first.
///
/// `GET /v1/contacts/{id}/messages` with one of `before=`, `after=` (a position) or `at=` (milliseconds:
/// the page that begins there); without any, the newest. And `limit=`, 1 to 200.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ThreadPage {
    /// The rows of this page, newest first.
    pub messages: Vec<Message>,
    /// The interactions those messages were said in.
    pub interactions: Vec<Interaction>,
    /// Whether there is something before the page.
    pub older: bool,
    /// Whether there is something behind the page.
    pub newer: bool,
}

/// `GET /v1/contacts/{id}/search?words=&before=&limit=`: messages of that transcript that contain all
/// words, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ThreadHits {
    /// Where they are.
    pub hits: Vec<ThreadHit>,
    /// How many there are in all, counted up to 1000.
    pub total: u32,
    /// What to pass as `before` for the next (older) page; absent on the last.
    pub next: Option<Position>,
    /// How many of the newest messages were looked at, if there are more; absent if all were.
    #[serde(default)]
    pub only_newest: Option<u32>,
}

/// A message that contains what was searched for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ThreadHit {
    /// Which.
    pub message: MessageId,
    /// Its place.
    pub position: Position,
}

/// Past and present interactions, newest first.
///
/// `GET /v1/contacts/{id}/interactions` (a contact's) or `GET /v1/interactions` (the asking agent's own),
/// with any of `channel=`, `agent=` (a name), `disposition=`, `from=`, `to=` (milliseconds), `after=`,
/// `limit=` (1 to 200).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct InteractionPage {
    /// The rows of this page.
    pub interactions: Vec<PastInteraction>,
    /// What to pass as `after` for the next page; absent on the last.
    pub next: Option<String>,
}

/// An interaction with what a list of them shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PastInteraction {
    /// The row.
    pub interaction: Interaction,
    /// The channel it was on.
    pub channel: Channel,
    /// Whose it was.
    pub contact: ContactId,
    /// What they are called.
    pub contact_name: String,
}

/// `POST /v1/conversations/{id}/validation`: what can be known about a channel without writing to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Validation {
    /// What was seen so far.
    pub evidence: Evidence,
    /// What was looked at about the address itself; nothing of it asks the contact or the provider.
    #[serde(default)]
    pub address: Vec<AddressCheck>,
    /// Whether our own side can send.
    pub own_side: OwnSide,
    /// When this was asked.
    pub at: Millis,
}

/// One thing that was looked at about an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AddressCheck {
    /// What is to hold of a good address.
    pub what: AddressFact,
    /// Whether it does; absent where that cannot be told.
    pub holds: Option<bool>,
}

/// What is to hold of a good address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AddressFact {
    /// There is one.
    Known,
    /// It is a phone number that can exist.
    Possible,
    /// It is no number of our own.
    NotOurs,
    /// No other contact that the agent sees has the number.
    Unshared,
    /// Something that this version does not know.
    #[serde(other)]
    Unknown,
}

/// Whether our own side can send, as the provider says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "side", rename_all = "snake_case")]
pub enum OwnSide {
    /// Everything can be sent.
    Available,
    /// Some things cannot be sent, or not to everybody.
    Limited {
        /// What the provider says about it.
        reasons: Vec<String>,
    },
    /// Nothing can be sent.
    Blocked {
        /// What the provider says about it.
        reasons: Vec<String>,
    },
    /// The provider did not tell.
    Unknown {
        /// Why not.
        failure: Failure,
    },
}
