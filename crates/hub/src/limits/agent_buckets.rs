//! One token bucket for each agent, shared by all of the agent's desktops.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use deskbell_protocol::{AgentId, Millis};
use tokio::time::Instant;

use crate::limits;
use crate::limits::token_bucket::{Moment, Rate, TokenBucket};

const CALLS: Rate = Rate { burst: limits::CALLS_BURST, per_second: limits::CALLS_PER_SECOND };
const SEARCHES: Rate = Rate { burst: limits::SEARCHES_BURST, per_second: limits::SEARCHES_PER_SECOND };
const VALIDATIONS: Rate =
    Rate { burst: limits::VALIDATIONS_BURST, per_second: 1.0 / limits::VALIDATION_EVERY_S };

/// The bucket of every agent who used one. There are never more buckets than agents.
#[derive(Debug)]
pub(crate) struct AgentBuckets<M> {
    rate: Rate,
    by_agent: Mutex<HashMap<AgentId, TokenBucket<M>>>,
}

impl AgentBuckets<Instant> {
    /// Buckets for calls by HTTP.
    pub(crate) fn calls() -> Self {
        Self::new(CALLS)
    }

    /// Buckets for searches. They are separate from those of calls, so that neither exhausts the other.
    pub(crate) fn searches() -> Self {
        Self::new(SEARCHES)
    }
}

impl AgentBuckets<Millis> {
    /// Buckets for validations, each of which asks the provider about our account.
    pub(crate) fn validations() -> Self {
        Self::new(VALIDATIONS)
    }
}

impl<M: Moment> AgentBuckets<M> {
    fn new(rate: Rate) -> Self {
        Self { rate, by_agent: Mutex::default() }
    }

    /// Takes one token from the agent's bucket.
    ///
    /// # Errors
    ///
    /// How long it takes until the bucket holds one.
    pub(crate) fn take(&self, agent: AgentId, now: M) -> Result<(), Duration> {
        let mut by_agent = self.by_agent.lock().unwrap_or_else(PoisonError::into_inner);
        by_agent.entry(agent).or_insert_with(|| TokenBucket::new(self.rate, now)).take(1.0, now)
    }
}
