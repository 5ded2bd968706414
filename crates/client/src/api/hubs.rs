//! Which hub this desktop is at, which ones it remembers, and why nobody gets in.

use deskbell_protocol::Millis;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Where one works.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "at", rename_all = "snake_case")]
pub enum Workplace {
    /// Nowhere yet: signed out. There are only settings here, and the ways in.
    Doorway,
    /// At the practice hub: the customers are simulated. The screen says so, always.
    Practice,
    /// At a hub.
    Hub {
        /// The id that [`RememberedHub`] has too: one per hub and agent on this desktop.
        id: String,
        /// The hub's address.
        url: String,
        /// Who works there.
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
    /// What people call the hub, if it has told.
    pub hub_name: Option<String>,
    /// Who signed in.
    pub agent: String,
    /// When it was used last, by this desktop's clock.
    pub last_used: Millis,
    /// Whether it can be opened without a password: nobody has signed out since.
    pub signed_in: bool,
    /// How many messages waited there when it was left.
    pub unsent: u32,
}

/// Why a sign-in came to nothing. Everything is as it was before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum SignInRefusal {
    /// What was typed is no address of a hub.
    NotAnAddress,
    /// The address begins with `http://` and is not on this computer: the password could be read on its way.
    NotSecure,
    /// Nothing answers there.
    Unreachable,
    /// Something answers, but not in a way that could be trusted: its certificate is not valid.
    Untrusted,
    /// Something answers, but it is no hub.
    NotAHub,
    /// The hub speaks another version of the protocol.
    Incompatible,
    /// Another hub answers than the remembered one. It was shown nothing.
    OtherHub,
    /// The name or the password is wrong; the hub does not tell which.
    WrongPassword,
    /// Too many have been tried.
    TooManyTries {
        /// When it makes sense to try again, in milliseconds from now.
        #[ts(type = "number")]
        retry_after_ms: u64,
    },
    /// The hub cannot let anybody in now.
    Busy,
    /// Somebody has signed out there since: it needs the password.
    PasswordNeeded,
}
