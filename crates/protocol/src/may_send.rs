//! Whether a message may be sent now. The one place that decides it: the hub asks when a message arrives and
//! again before it is posted, the engine before it reports a composer as open.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Author, ChannelPolicy, Content, Conversation, FailureClass, Millis};

/// Until when something may be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Until {
    /// No end is known.
    Open,
    /// Until the messaging window closes.
    WindowCloses {
        /// When, by the hub's clock.
        at: Millis,
    },
}

/// Why something may not be sent now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Barrier {
    /// The messaging window is closed, or was never open; what needs no window may be sent.
    WindowClosed,
    /// The contact asked not to be written to on this address.
    OptedOut,
}

/// Decides whether `content` may be sent by `author` in `conversation` at `now`, by the hub's clock.
///
/// Looks at the window and at the contact's opt-out; access, consent and length are decided elsewhere.
///
/// # Errors
///
/// The barrier that lasts longest, where there are several: an opt-out before a closed window.
pub fn may_send(
    policy: &ChannelPolicy,
    conversation: &Conversation,
    content: &Content,
    author: &Author,
    now: Millis,
) -> Result<Until, Barrier> {
    // Lines of the system stay here, and what was written elsewhere is sent already.
    if !matches!(author, Author::Agent { .. }) {
        return Ok(Until::Open);
    }
    let failure = conversation.evidence.failure.as_ref();
    if failure.and_then(|failure| failure.class) == Some(FailureClass::OptedOut) {
        return Err(Barrier::OptedOut);
    }
    if policy.window.is_none() || !content.needs_window() {
        return Ok(Until::Open);
    }
    match conversation.window_until {
        Some(at) if now < at => Ok(Until::WindowCloses { at }),
        _ => Err(Barrier::WindowClosed),
    }
}
