//! The hub of the workspace, remembered hubs, and refusals of a sign-in.

use deskbell_protocol::Millis;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The hub of the workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "at", rename_all = "snake_case")]
pub enum Workplace {
    /// None: signed out. There are only settings and the sign-in.
    Doorway,
    /// The practice hub, whose customers are simulated. The screen always says so.
    Practice,
    /// A hub.
    Hub {
        /// The id of its [`RememberedHub`]: one per hub and agent on this desktop.
        id: String,
        /// The hub's address.
        url: String,
        /// The agent who is signed in.
        agent: String,
    },
}

/// A hub that somebody has signed in to on this desktop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RememberedHub {
    /// One per hub and agent.
    pub id: String,
    /// The hub's address.
    pub url: String,
    /// The hub's name, if it is known.
    pub hub_name: Option<String>,
    /// The agent's name.
    pub agent: String,
    /// The time of its last use, by this desktop's clock.
    pub last_used: Millis,
    /// Whether it can be opened without a password, because nobody has signed out since.
    pub signed_in: bool,
    /// How many messages were unsent at its last use.
    pub unsent: u32,
}

/// Why a sign-in failed. The workspace is unchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum SignInRefusal {
    /// The typed text is no address of a hub.
    NotAnAddress,
    /// The address begins with `http://` and is not on this computer: the password would be sent unencrypted.
    NotSecure,
    /// Nothing answers at the address.
    Unreachable,
    /// The certificate of the server at the address is not valid.
    Untrusted,
    /// The server at the address is no hub.
    NotAHub,
    /// The hub speaks another version of the protocol.
    Incompatible,
    /// Another hub than the remembered one answers. No password was sent to it.
    OtherHub,
    /// The name or the password is wrong. The hub does not tell which.
    WrongPassword,
    /// There were too many attempts.
    TooManyTries {
        /// The time until the next attempt, in milliseconds.
        #[ts(type = "number")]
        retry_after_ms: u64,
    },
    /// The hub cannot answer sign-ins now.
    Busy,
    /// Somebody has signed out since: a password is needed.
    PasswordNeeded,
}
