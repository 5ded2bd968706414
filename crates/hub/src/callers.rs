//! How often agents may call by HTTP: one bucket for each, over all of their desktops.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use deskbell_protocol::AgentId;
use tokio::time::Instant;

use crate::limits;
use crate::pace::{Pace, Rate};

const RATE: Rate = Rate { burst: limits::CALLS_BURST, per_second: limits::CALLS_PER_SECOND };

/// The bucket of every agent who called. There are no more of them than there are agents.
#[derive(Debug, Default)]
pub(crate) struct Callers {
    by_agent: Mutex<HashMap<AgentId, Pace>>,
}

impl Callers {
    /// Takes `cost` from the agent's bucket. If it does not hold that much: how long until it does.
    pub(crate) fn take(&self, agent: AgentId, cost: f64, now: Instant) -> Result<(), Duration> {
        let mut by_agent = self.by_agent.lock().unwrap_or_else(PoisonError::into_inner);
        by_agent.entry(agent).or_insert_with(|| Pace::new(RATE, now)).take(cost, now)
    }
}
