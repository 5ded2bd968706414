//! Customers, what is known of them, and the evidence that a channel reaches them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{AccountId, AgentId, Channel, ChannelPolicy, ContactId, Failure, LogPosition, Millis, QueueId};

/// The longest name of a contact, in characters.
pub const MAX_NAME_CHARS: usize = 200;

/// The longest key of an attribute, in characters.
pub const MAX_ATTRIBUTE_KEY_CHARS: usize = 60;

/// The longest value of an attribute, in characters.
pub const MAX_ATTRIBUTE_CHARS: usize = 2_000;

/// How many attributes, phone numbers and e-mail addresses a contact has at most, each.
pub const MAX_CONTACT_PARTS: usize = 50;

/// A customer. The channels that reach them are their conversations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Contact {
    /// Its id. Never a phone number: those change.
    pub id: ContactId,
    /// What people call them; never empty.
    pub name: String,
    /// Whether an agent wrote the name; else it is what the channel tells, and follows it.
    pub named: bool,
    /// Facts about them, by key, in alphabetical order.
    pub attributes: Vec<Attribute>,
    /// Their phone numbers in E.164 form (`+351912345678`), whether a channel uses them or not.
    pub phones: Vec<String>,
    /// Their e-mail addresses.
    pub emails: Vec<String>,
    /// The log position of the last change of this row.
    pub version: LogPosition,
}

/// One fact about a contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Attribute {
    /// What the fact is called, at most [`MAX_ATTRIBUTE_KEY_CHARS`].
    pub key: String,
    /// The fact, as plain text, at most [`MAX_ATTRIBUTE_CHARS`].
    pub value: String,
}

/// One change of a contact, from what the agent saw to what they want. It is refused with `stale` if the
/// contact no longer is as the agent saw it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ContactEdit {
    /// What changes.
    pub field: ContactField,
    /// What the agent saw; absent if there was nothing.
    pub was: Option<String>,
    /// What it becomes; absent takes it away. A contact's name cannot be taken away, only given back to
    /// the channel.
    pub becomes: Option<String>,
}

/// A part of a contact that can be edited by itself.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(tag = "field", rename_all = "snake_case")]
pub enum ContactField {
    /// The name.
    Name,
    /// One attribute.
    Attribute {
        /// Which.
        key: String,
    },
    /// One phone number: `was` and `becomes` are numbers.
    Phone,
    /// One e-mail address: `was` and `becomes` are addresses.
    Email,
    /// A field this version does not know; refused.
    #[serde(other)]
    Unknown,
}

/// What is known about whether a conversation's address reaches the contact. It never says more than
/// that: no provider tells beforehand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Evidence {
    /// What is known.
    pub state: EvidenceState,
    /// Since when; absent if nothing was ever seen.
    pub at: Option<Millis>,
    /// Why the last attempt failed, with `error`. The contact may still be reachable.
    pub failure: Option<Failure>,
    /// What the contact agreed to, where an agent connected the channel.
    pub opt_in: Option<OptIn>,
}

/// How well a channel is known to reach a contact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceState {
    /// An agent connected it; nothing was seen yet. Only notifications may be sent.
    #[default]
    Unverified,
    /// Something of ours was delivered to it.
    Reachable,
    /// The contact wrote from it.
    Verified,
    /// The last attempt failed, for a reason that lies with the address.
    Error,
}

/// That and how a contact agreed to be written to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OptIn {
    /// Where the consent comes from, in a few words; one of the hub's sources or free text, at most 200
    /// characters.
    pub source: String,
    /// Who recorded it.
    pub agent: AgentId,
    /// Their name.
    pub agent_name: String,
    /// When it was recorded.
    pub at: Millis,
}

/// One of our own addresses, as agents of its queue see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// What people call it.
    pub name: String,
    /// Its channel.
    pub channel: Channel,
    /// The queue it belongs to.
    pub queue: QueueId,
    /// Whether notifications can be listed and sent from it.
    pub notifications: bool,
    /// What its channel allows; absent from a hub that knows one channel alone, see
    /// [`ChannelPolicy::fallback`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub policy: Option<ChannelPolicy>,
}

/// Whether an account can send at all. Told to the members of its queue when it changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AccountHealth {
    /// Which account.
    pub account: AccountId,
    /// What people call it.
    pub name: String,
    /// Its channel.
    pub channel: Channel,
    /// What is wrong; absent when nothing is. Messages wait while it lasts.
    pub problem: Option<Failure>,
    /// Since when.
    pub since: Millis,
    /// The log position of the last change of this row.
    pub version: LogPosition,
}

/// That a contact is among an agent's assigned contacts, or no longer. One row for each pair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Assignment {
    /// Who.
    pub contact: ContactId,
    /// Whether the contact is assigned now.
    pub assigned: bool,
    /// Whether the agent asked for it. Else it came by handling an interaction.
    pub subscribed: bool,
    /// When the contact leaves by itself; absent for never.
    pub until: Option<Millis>,
    /// The log position of the last change of this row.
    pub version: LogPosition,
}

/// Who else is at a conversation right now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Viewer {
    /// Who.
    pub agent: AgentId,
    /// Their name.
    pub name: String,
    /// Whether they are writing.
    pub writing: bool,
}
