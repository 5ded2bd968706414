//! What providers report, in the words of the domain.

use deskbell_protocol::{CaseField, Content, DeliveryState, Failure, Millis};
use serde::{Deserialize, Serialize};

/// One thing a provider reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inbound {
    /// A contact wrote.
    Message(InboundMessage),
    /// One of us wrote in the provider's own app, not through the hub.
    Echo(InboundEcho),
    /// A message of ours came further, or failed.
    Status(InboundStatus),
    /// A contact reacted to a message, or removed a reaction.
    Reaction(InboundReaction),
    /// A contact revoked a message of theirs.
    Revoked(InboundRevocation),
    /// A contact has another number or another id now, and is the same person.
    AddressChanged(InboundAddressChange),
    /// The provider reports an error of the account as a whole, not of one message.
    AccountError {
        /// Our own address at the provider; empty if the delivery does not tell.
        account_address: String,
        /// What it says, as far as a person can use it.
        failure: Failure,
    },
    /// Something that is known and needs no action.
    Ignored {
        /// The provider's word for it; never customer text.
        what: String,
    },
    /// Something that could not be parsed: a person should look at the raw form.
    SetAside {
        /// What it is, in words that may be logged; never customer text.
        what: String,
    },
}

impl Inbound {
    /// Our own address at the provider that it is about; empty if the delivery does not tell.
    #[must_use]
    pub fn account_address(&self) -> &str {
        match self {
            Self::Message(it) => &it.account_address,
            Self::Echo(it) => &it.account_address,
            Self::Status(it) => &it.account_address,
            Self::Reaction(it) => &it.account_address,
            Self::Revoked(it) => &it.account_address,
            Self::AddressChanged(it) => &it.account_address,
            Self::AccountError { account_address, .. } => account_address,
            Self::Ignored { .. } | Self::SetAside { .. } => "",
        }
    }
}

/// A message that a contact wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboundMessage {
    /// The provider's id: the key against duplicates.
    pub provider_id: String,
    /// Our own address at the provider (WhatsApp: `phone_number_id`); empty if the delivery does not tell.
    pub account_address: String,
    /// Who wrote.
    pub sender: Sender,
    /// When it was written, by the provider's clock; zero if the provider does not tell: then the time of
    /// arrival counts.
    pub at: Millis,
    /// What it says.
    pub content: Content,
    /// The provider's id of the message that this one answers.
    pub reply_to: Option<String>,
    /// What the provider tells about where this came from, as case fields: `referral.headline` and the like.
    pub case: Vec<CaseField>,
    /// The provider's code for why it could not pass on all of it.
    pub trouble: Option<i64>,
    /// What the message says about the contact's consent to be written to. It is a message like any other too.
    pub consent: Option<ConsentChange>,
}

/// What a contact said about being written to on this address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConsentChange {
    /// They asked not to be written to any more. It lasts until they withdraw it.
    OptedOut {
        /// What an agent is told who wants to write nevertheless; its class is `OptedOut`.
        failure: Failure,
    },
    /// They may be written to again.
    OptedIn,
}

/// A message that one of us wrote to a contact in the provider's own app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboundEcho {
    /// The provider's id: the key against duplicates.
    pub provider_id: String,
    /// Our own address at the provider.
    pub account_address: String,
    /// To whom; without names.
    pub to: Sender,
    /// When it was written, by the provider's clock; zero if the provider does not tell: then the time of
    /// arrival counts.
    pub at: Millis,
    /// What it says.
    pub content: Content,
    /// The provider's id of the message that this one answers.
    pub reply_to: Option<String>,
}

/// A contact revoked a message of theirs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboundRevocation {
    /// The provider's id of the event: the key against duplicates.
    pub provider_id: String,
    /// Our own address at the provider.
    pub account_address: String,
    /// Who revoked it.
    pub sender: Sender,
    /// The provider's id of the message that was revoked.
    pub message: String,
}

/// A contact's address at the provider changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboundAddressChange {
    /// The provider's id of the event: the key against duplicates.
    pub provider_id: String,
    /// Our own address at the provider.
    pub account_address: String,
    /// The address until now, as far as it is told; without names.
    pub before: Sender,
    /// The address from now on, as far as it is told; without names. What is not told stays.
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
    /// The reaction; absent where it is removed.
    pub emoji: Option<String>,
}

/// Who wrote, as far as the provider tells. At least one of `user_id` and `phone` is there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sender {
    /// The id that the provider made for this user and our business. Preferred as the key.
    pub user_id: Option<String>,
    /// The phone number: digits without `+`.
    pub phone: Option<String>,
    /// The name the user gave themselves.
    pub profile_name: Option<String>,
    /// The user name, without `@`.
    pub username: Option<String>,
}

/// How far a message of ours has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboundStatus {
    /// The provider's id of the message.
    pub provider_id: String,
    /// Our own address at the provider.
    pub account_address: String,
    /// How far it has come.
    pub state: DeliveryState,
    /// When, by the provider's clock; zero if the provider does not tell: then the time of arrival counts.
    pub at: Millis,
    /// What we asked the provider to repeat: the message's own id.
    pub echo: Option<String>,
    /// Why it failed, with `failed`.
    pub failure: Option<Failure>,
}

/// An address of ours that a delivery names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnAddress {
    /// Our own address at the provider (WhatsApp: `phone_number_id`).
    pub address: String,
    /// The phone number behind it as the provider writes it, without `+`.
    pub number: String,
}
