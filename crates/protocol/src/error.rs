//! Error codes. A code exists only where somebody branches on it; nobody matches on text.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Why something was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The two ends speak different protocol versions.
    Incompatible,
    /// Not signed in, or no longer: sign in again.
    Unauthorized,
    /// Another hub answers at the address than the one that was signed in to: nothing was read from it, and
    /// nothing sent to it. Said by clients alone.
    OtherHub,
    /// Signed in, but this is not yours.
    Forbidden,
    /// It does not exist, or you may not know that it does.
    NotFound,
    /// The request makes no sense.
    Malformed,
    /// It exceeds a limit.
    TooLarge,
    /// Too many at once; try again later.
    RateLimited,
    /// The offer no longer rings.
    OfferGone,
    /// Free text may no longer be sent to this contact.
    WindowClosed,
    /// Done needs a disposition first.
    DispositionMissing,
    /// A colleague handles this conversation.
    HeldByColleague,
    /// Somebody changed it meanwhile: look again, then decide field by field.
    Stale,
    /// Somebody else said something since this was begun; it was not sent.
    DraftStale,
    /// This is no phone number that can exist.
    NumberInvalid,
    /// This number is one of our own.
    NumberOurs,
    /// Another contact has this number on this account.
    NumberTaken,
    /// The provider no longer approves this template.
    TemplateGone,
    /// The hub cannot store anything now; try again later.
    Unavailable,
    /// No connection to the hub.
    Offline,
    /// The connection was lost before the hub answered: it may have been done.
    Unanswered,
    /// Something went wrong inside; details are in the log.
    #[serde(other)]
    Internal,
}

/// An error as it crosses the wire, the same in HTTP bodies, frames and towards the UI.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ErrorBody {
    /// What to branch on.
    pub code: ErrorCode,
    /// What a person reads: what happened, what became of their work, what to do.
    pub message: String,
    /// When trying again makes sense, in milliseconds from now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub retry_after_ms: Option<u64>,
}

impl ErrorBody {
    /// An error with a code and a sentence.
    #[must_use]
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), retry_after_ms: None }
    }
}
