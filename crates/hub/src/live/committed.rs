//! The result of a committed group of operations, as sessions and workers receive it.

use std::sync::Arc;

use deskbell_channels::Delivery;
use deskbell_protocol::{AccountId, AgentId, ConversationId, LogPosition, Millis};

/// One log entry, addressed to the agents who may read it.
#[derive(Clone, Debug)]
pub(crate) struct Published {
    /// Its position in the log.
    pub(crate) position: LogPosition,
    /// The agents who may read it at the moment of its commit.
    pub(crate) audience: Vec<AgentId>,
    /// The change as JSON.
    pub(crate) change: Arc<str>,
}

/// The result of one committed group of operations.
#[derive(Debug, Default)]
pub(crate) struct Committed {
    /// The log entries, in order.
    pub(crate) entries: Vec<Published>,
    /// The newest log position.
    pub(crate) head: LogPosition,
    /// The background work that the group caused.
    pub(crate) wake: Wake,
}

/// Which background workers have something to do after a commit.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wake {
    /// Raw deliveries that were stored, in order.
    pub(crate) deliveries: Vec<RawDelivery>,
    /// Whether messages wait to be posted.
    pub(crate) outbound: bool,
    /// Whether the connection of an account is to be probed.
    pub(crate) probes: bool,
    /// Conversations for which a read receipt may be due.
    pub(crate) read_receipts: Vec<ConversationId>,
    /// Whether deadlines were set or moved.
    pub(crate) deadlines: bool,
    /// Whether tokens were revoked, so that sessions must check theirs.
    pub(crate) tokens: bool,
}

/// A stored delivery of a provider that is not processed yet.
#[derive(Clone, Debug)]
pub(crate) struct RawDelivery {
    pub(crate) id: i64,
    pub(crate) account: AccountId,
    pub(crate) received_at: Millis,
    pub(crate) delivery: Delivery,
}
