//! What goes to providers, and what is known after it was handed over.

use deskbell_protocol::{Failure, FailureClass};

use crate::template::OutboundTemplate;

/// Where a message goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recipient {
    /// To a phone number: digits, without `+`.
    Phone(String),
    /// To an id that the provider made for this user and our business.
    UserId(String),
}

/// A message for the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outbound {
    /// Where to.
    pub to: Recipient,
    /// What it says.
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
    /// The provider refused it; trying again does not help.
    Refused(Failure),
    /// The provider did not accept it this time; trying again later may help.
    Later {
        /// How long the provider asks to wait.
        after_ms: Option<u64>,
        /// What to show if all tries end this way.
        failure: Failure,
    },
    /// The provider does not accept our credentials, or something on the way refuses everything: this message was
    /// not sent, and no other of the account will be until that is put right.
    NotConnected(Failure),
    /// It is not known whether the provider has it: the request may have arrived, its answer did not. The hub
    /// never sends it again without an agent's command.
    Ambiguous,
}

/// Whether a provider accepts our credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credentials {
    /// It does.
    Accepted,
    /// It does not, or something on the way refuses everything.
    Rejected(Failure),
    /// It gave no answer that says so.
    Unknown,
}

/// Whether something on the way refused everything, as far as one answer tells, and not the provider. It may have
/// been about one message alone.
#[must_use]
pub fn is_barred(failure: &Failure) -> bool {
    failure.class == Some(FailureClass::Unreachable)
}

/// Whether a failure lies with the contact's address, as far as the provider tells. It is no proof: the same
/// codes are reported now and then for contacts who can be reached.
#[must_use]
pub fn concerns_address(failure: &Failure) -> bool {
    matches!(failure.class, Some(FailureClass::Address | FailureClass::OptedOut))
}
