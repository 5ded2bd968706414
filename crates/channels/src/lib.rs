//! One file or folder per channel: verify, parse and send in the words of the provider.
//!
//! A connector knows nothing of storage, agents or HTTP routing. Verifying and parsing are pure; sending
//! returns what is known about the provider's answer, never more.

use std::fmt;

use deskbell_protocol::{
    CaseField, Content, DeliveryState, Failure, Millis, Unsendable, Variable, VariablePlace,
};
use serde::{Deserialize, Serialize};

mod way;
pub mod whatsapp;

pub use way::way_to;

/// A token or key. Its `Debug` and `Display` never show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps what must not be shown.
    #[must_use]
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The value itself; for the one place that sends or checks it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// One thing a provider reported, in the words of the domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inbound {
    /// A contact wrote.
    Message(InboundMessage),
    /// One of us wrote, not through us: in the provider's own app on a phone.
    Echo(InboundEcho),
    /// A message of ours came further, or failed.
    Status(InboundStatus),
    /// A contact reacted to a message, or took a reaction back.
    Reaction(InboundReaction),
    /// A contact took a message of theirs back.
    Revoked(InboundRevocation),
    /// A contact has another number or another id now, and is the same person.
    AddressChanged(InboundAddressChange),
    /// The provider reports an error of the account as a whole, of no message.
    AccountError {
        /// Our own address at the provider; empty if the delivery does not tell.
        account_address: String,
        /// What it says, as far as a person can use it.
        failure: Failure,
    },
    /// Something that is known and asks for nothing.
    Ignored {
        /// The provider's word for it; never customer text.
        what: String,
    },
    /// Something that could not be read, or that nobody would see: a person should look at the raw form.
    SetAside {
        /// What it is, in words that may be logged; never customer text.
        what: String,
    },
}

/// What a contact wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboundMessage {
    /// The provider's id: the key against duplicates.
    pub provider_id: String,
    /// Our own address at the provider (WhatsApp: `phone_number_id`); empty if the delivery does not tell.
    pub account_address: String,
    /// Who wrote.
    pub sender: Sender,
    /// When, by the provider's clock; zero if it does not tell: then it was when it arrived.
    pub at: Millis,
    /// What.
    pub content: Content,
    /// The provider's id of the message that this one answers.
    pub reply_to: Option<String>,
    /// What the provider tells about where this came from, as case fields: `referral.headline` and the like.
    pub case: Vec<CaseField>,
    /// The provider's code for why it could not pass on all of it.
    pub trouble: Option<i64>,
}

/// What one of us wrote to a contact in the provider's own app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboundEcho {
    /// The provider's id: the key against duplicates.
    pub provider_id: String,
    /// Our own address at the provider.
    pub account_address: String,
    /// To whom; without names.
    pub to: Sender,
    /// When, by the provider's clock; zero if it does not tell: then it was when it arrived.
    pub at: Millis,
    /// What.
    pub content: Content,
    /// The provider's id of the message that this one answers.
    pub reply_to: Option<String>,
}

/// A contact took a message of theirs back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboundRevocation {
    /// The provider's id of the event: the key against duplicates.
    pub provider_id: String,
    /// Our own address at the provider.
    pub account_address: String,
    /// Who took it back.
    pub sender: Sender,
    /// The provider's id of the message that was taken back.
    pub message: String,
}

/// A contact's address at the provider changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboundAddressChange {
    /// The provider's id of the event: the key against duplicates.
    pub provider_id: String,
    /// Our own address at the provider.
    pub account_address: String,
    /// What they were known by, as far as it is told; without names.
    pub before: Sender,
    /// What they are known by now, as far as it is told; without names. What is not told stays.
    pub after: Sender,
}

/// A contact's reaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboundReaction {
    /// The provider's id of the reaction itself: the key against duplicates.
    pub provider_id: String,
    /// Our own address at the provider.
    pub account_address: String,
    /// Who reacted.
    pub sender: Sender,
    /// When, by the provider's clock.
    pub at: Millis,
    /// The provider's id of the message reacted to.
    pub to: String,
    /// With what; absent takes the reaction back.
    pub emoji: Option<String>,
}

/// Who wrote, as far as the provider tells. At least one of `user_id` and `phone` is there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sender {
    /// The id that the provider made for this user and our business. Preferred as the key.
    pub user_id: Option<String>,
    /// The phone number as the provider writes it (WhatsApp: digits without `+`).
    pub phone: Option<String>,
    /// The name the user gave themselves.
    pub profile_name: Option<String>,
    /// The user name, without `@`.
    pub username: Option<String>,
}

/// What became of a message of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboundStatus {
    /// The provider's id of the message.
    pub provider_id: String,
    /// Our own address at the provider.
    pub account_address: String,
    /// How far it has come.
    pub state: DeliveryState,
    /// When, by the provider's clock.
    pub at: Millis,
    /// What we asked the provider to repeat: the message's own id.
    pub echo: Option<String>,
    /// Why it failed, with `failed`.
    pub failure: Option<Failure>,
}

/// Where a message goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recipient {
    /// To a phone number: digits, without `+`.
    Phone(String),
    /// To a business-scoped user id.
    UserId(String),
}

/// A message for the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outbound {
    /// Where to.
    pub to: Recipient,
    /// What.
    pub content: OutboundContent,
    /// What the provider shall repeat in every status of this message, at most 512 characters.
    pub echo: String,
}

/// What a message for the provider says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OutboundContent {
    /// Free text.
    Text {
        /// The text.
        body: String,
    },
    /// An approved template, filled in.
    Template(OutboundTemplate),
}

/// An approved template, filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboundTemplate {
    /// Its name.
    pub name: String,
    /// Its language, such as `en_US`.
    pub language: String,
    /// What stands for its variables.
    pub parameters: Vec<Parameter>,
}

/// What stands for one variable of a template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameter {
    /// Where.
    pub place: VariablePlace,
    /// The variable's name; absent where variables are numbered: then the order counts.
    pub name: Option<String>,
    /// The text.
    pub value: String,
}

/// A template as the provider lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedTemplate {
    /// Its name; with the language the key.
    pub name: String,
    /// Its language, such as `en_US`.
    pub language: String,
    /// The provider's word for its purpose.
    pub category: String,
    /// Whether its variables have names; else they are numbered.
    pub named: bool,
    /// The line above the text, if it is text.
    pub header: Option<String>,
    /// The text.
    pub body: String,
    /// The line below the text.
    pub footer: Option<String>,
    /// What the buttons say.
    pub buttons: Vec<String>,
    /// What is to be filled in, the header's first.
    pub variables: Vec<Variable>,
    /// What it has that cannot be filled in yet.
    pub unsendable: Option<Unsendable>,
}

/// A phone number as it was dialled and as the provider knows it. The two may differ (WhatsApp: in Brazil, Mexico and
/// Argentina), and the contact writes from the second.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reported {
    /// As it was dialled: digits without `+`.
    pub dialled: String,
    /// As the provider reports it: digits without `+`.
    pub known_as: String,
}

/// What is known after a message was handed to a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendOutcome {
    /// The provider has it.
    Accepted {
        /// The provider's id of it.
        provider_id: String,
        /// How the provider reports the number that was dialled, where it tells.
        reported: Option<Reported>,
    },
    /// The provider will not have it; trying again does not help.
    Refused(Failure),
    /// The provider did not take it this time; trying again later may help.
    Later {
        /// How long the provider asks to wait.
        after_ms: Option<u64>,
        /// What to show if all tries end this way.
        failure: Failure,
    },
    /// The provider no longer takes what we identify ourselves with: this message was not sent, and no other
    /// of the account will be until that is put right.
    NotConnected(Failure),
    /// Nobody knows: the request may have arrived, its answer did not. Never resent by itself.
    Ambiguous,
}

/// What a provider says when it is asked whether it still takes what we identify ourselves with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It does.
    Connected,
    /// It does not.
    NotConnected(Failure),
    /// It gave no answer that says so.
    Unknown,
}

/// Why a webhook body was not understood as a whole.
#[derive(Debug, thiserror::Error)]
pub enum ParseError {
    /// It is not JSON, or nested too deeply.
    #[error("the body is not readable JSON")]
    NotJson(#[source] serde_json::Error),
    /// It is JSON, but not this provider's.
    #[error("the body is not a delivery of this provider")]
    NotADelivery,
}
