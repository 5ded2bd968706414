//! One file or folder per channel: verify, parse and send in the words of the provider.
//!
//! A connector knows nothing of storage, agents or HTTP routing. Verifying and parsing are pure; sending
//! returns what is known about the provider's answer, never more.

use std::fmt;

use deskbell_protocol::{CaseField, Content, DeliveryState, Failure, Millis};

pub mod whatsapp;

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
    /// A message of ours came further, or failed.
    Status(InboundStatus),
    /// A contact reacted to a message, or took a reaction back.
    Reaction(InboundReaction),
    /// Something this connector keeps raw and does not act on.
    Ignored {
        /// The provider's word for it; never customer text.
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
}

/// A contact's reaction.
#[derive(Clone, Debug, PartialEq, Eq)]
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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
    /// The text.
    pub body: String,
    /// What the provider shall repeat in every status of this message, at most 512 characters.
    pub echo: String,
}

/// What is known after a message was handed to a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendOutcome {
    /// The provider has it.
    Accepted {
        /// The provider's id of it.
        provider_id: String,
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
    /// Nobody knows: the request may have arrived, its answer did not. Never resent by itself.
    Ambiguous,
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
