//! What a committed group of operations leaves behind for those who are connected and for the workers.

use std::sync::Arc;

use axum::body::Bytes;
use deskbell_protocol::{AccountId, AgentId, ConversationId, LogPosition, Millis};

/// One entry of the log on its way to those who are connected.
#[derive(Clone, Debug)]
pub(crate) struct Published {
    /// Its place.
    pub(crate) position: LogPosition,
    /// Who may read it at the moment of its commit.
    pub(crate) audience: Vec<AgentId>,
    /// The change as JSON.
    pub(crate) change: Arc<str>,
}

/// What a committed group leaves behind.
#[derive(Debug, Default)]
pub(crate) struct Committed {
    /// The log entries, in order.
    pub(crate) entries: Vec<Published>,
    /// The newest log position.
    pub(crate) head: LogPosition,
    /// What background work has something to do.
    pub(crate) wake: Wake,
}

/// Which background work has something to do.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wake {
    /// Deliveries that were stored, in their order.
    pub(crate) arrived: Vec<RawDelivery>,
    pub(crate) outbound: bool,
    pub(crate) probes: bool,
    /// Where contacts may have to be shown that they were read.
    pub(crate) marks: Vec<ConversationId>,
    pub(crate) deadlines: bool,
    /// Not work, but who is connected: a token may have stopped to work.
    pub(crate) tokens: bool,
}

/// A delivery that was not taken up yet.
#[derive(Clone, Debug)]
pub(crate) struct RawDelivery {
    pub(crate) id: i64,
    pub(crate) account: AccountId,
    pub(crate) received_at: Millis,
    pub(crate) body: Bytes,
    /// The signature it came with, which held.
    pub(crate) signature: String,
}
