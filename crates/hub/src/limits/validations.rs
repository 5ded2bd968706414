//! How often agents may have a provider asked about our own side: each has a bucket of a few that fills evenly.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use deskbell_protocol::{AgentId, Millis};

use crate::limits::{VALIDATION_EVERY_MS, VALIDATIONS_BURST};

/// When each agent's bucket is full again; none is kept that is.
#[derive(Debug, Default)]
pub(crate) struct Validations {
    full_at: Mutex<HashMap<AgentId, Millis>>,
}

impl Validations {
    /// Takes one. If there is none: how long until there is, in milliseconds.
    pub(crate) fn take(&self, agent: AgentId, now: Millis) -> Result<(), i64> {
        let whole = VALIDATION_EVERY_MS.saturating_mul(VALIDATIONS_BURST);
        let mut all = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, full_at| *full_at > now);
        // It is never emptier than empty: if it seems to be, the clock was set back.
        let full_at = all.get(&agent).map_or(now, |at| (*at).min(now.plus(whole)));
        let next = full_at.plus(VALIDATION_EVERY_MS);
        if next.since(now) > whole {
            return Err(next.since(now).saturating_sub(whole));
        }
        all.insert(agent, next);
        Ok(())
    }
}
