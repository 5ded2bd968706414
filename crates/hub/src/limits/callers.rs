//! How often agents may call by HTTP: one bucket for each, over all of their desktops, and one for their searches.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use deskbell_protocol::AgentId;
use tokio::time::Instant;

use crate::limits;
use crate::limits::token_bucket::{Pace, Rate};

const CALLS: Rate = Rate { burst: limits::CALLS_BURST, per_second: limits::CALLS_PER_SECOND };
const SEARCHES: Rate = Rate { burst: limits::SEARCHES_BURST, per_second: limits::SEARCHES_PER_SECOND };

/// The bucket of every agent who called. There are no more of them than there are agents.
#[derive(Debug)]
pub(crate) struct Callers {
    rate: Rate,
    by_agent: Mutex<HashMap<AgentId, Pace>>,
}

impl Callers {
    /// For whatever they call.
    pub(crate) fn of_all() -> Self {
        Self { rate: CALLS, by_agent: Mutex::default() }
    }

    /// For what looks at very much: it starves nothing else, and nothing else starves it.
    pub(crate) fn of_searches() -> Self {
        Self { rate: SEARCHES, by_agent: Mutex::default() }
    }

    /// Takes one from the agent's bucket. If it does not hold that much: how long until it does.
    pub(crate) fn take(&self, agent: AgentId, now: Instant) -> Result<(), Duration> {
        let mut by_agent = self.by_agent.lock().unwrap_or_else(PoisonError::into_inner);
        by_agent.entry(agent).or_insert_with(|| Pace::new(self.rate, now)).take(1.0, now)
    }
}
