//! People who sign in, and what they are ready for.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{AgentId, Channel, LogPosition, Millis};

/// What a person who signs in may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Answers contacts of the queues they are a member of.
    Agent,
    /// Reads and acts on all of their queues.
    Supervisor,
    /// Sets up.
    Admin,
}

/// A person who signs in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Agent {
    /// Their id.
    pub id: AgentId,
    /// The name they sign in with and that colleagues see.
    pub name: String,
    /// What they may do.
    pub role: Role,
}

/// Whether an agent takes interactions of a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Readiness {
    /// Takes what is offered, up to capacity.
    Ready,
    /// Signed in, takes nothing now; usually with a reason.
    NotReady,
    /// Not working on this channel.
    SignedOut,
}

/// One agent's state on one channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ChannelStatus {
    /// Whose state.
    pub agent: AgentId,
    /// On which channel.
    pub channel: Channel,
    /// Whether they take interactions.
    pub readiness: Readiness,
    /// Why not, from the hub's list or set by the hub (`missed_offers`, `away`).
    pub reason: Option<String>,
    /// How many interactions they handle at once.
    pub capacity: u32,
    /// How many they have now, ringing ones included.
    pub load: u32,
    /// Since when the readiness is what it is.
    pub since: Millis,
    /// The log position of the last change of this row.
    pub version: LogPosition,
}
