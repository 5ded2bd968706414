//! Who gave wrong passwords lately, by name and address: guessing is slowed down without locking out
//! the owner of the name at another desk.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use deskbell_protocol::Millis;

use crate::limits;

type Who = (String, IpAddr);

#[derive(Clone, Copy, Debug)]
struct Failures {
    since: Millis,
    count: u32,
}

/// Wrong passwords of the last minutes.
#[derive(Debug, Default)]
pub(crate) struct SignInAttempts {
    failures: Mutex<HashMap<Who, Failures>>,
}

impl SignInAttempts {
    /// Counts an attempt before its password is looked at, so that many at once are counted too. Returns how
    /// long to wait, in milliseconds, if there were too many.
    pub(crate) fn begin(&self, name: &str, address: IpAddr, now: Millis) -> Result<(), i64> {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.len() >= limits::SIGN_IN_REMEMBERED {
            failures.retain(|_, seen| now.since(seen.since) < limits::SIGN_IN_WINDOW_MS);
            if failures.len() >= limits::SIGN_IN_REMEMBERED
                && let Some(oldest) =
                    failures.iter().min_by_key(|(_, seen)| seen.since).map(|(who, _)| who.clone())
            {
                failures.remove(&oldest);
            }
        }
        let who = (name.to_lowercase(), address);
        let seen = failures.entry(who).or_insert(Failures { since: now, count: 0 });
        if now.since(seen.since) >= limits::SIGN_IN_WINDOW_MS {
            *seen = Failures { since: now, count: 0 };
        }
        if seen.count >= limits::SIGN_IN_FAILURES {
            return Err(seen.since.plus(limits::SIGN_IN_WINDOW_MS).since(now));
        }
        seen.count = seen.count.saturating_add(1);
        Ok(())
    }

    /// The password was right: nothing is held against this name here.
    pub(crate) fn succeeded(&self, name: &str, address: IpAddr) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        failures.remove(&(name.to_lowercase(), address));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guessing_at_annas_password_is_slowed_down_and_ben_is_not_touched() {
        let attempts = SignInAttempts::default();
        let desk = IpAddr::from([10, 0, 0, 1]);
        let now = Millis(1_790_000_000_000);
        for _ in 0..limits::SIGN_IN_FAILURES {
            assert_eq!(attempts.begin("Anna", desk, now), Ok(()));
        }
        assert_eq!(attempts.begin("anna", desk, now.plus(1000)), Err(limits::SIGN_IN_WINDOW_MS - 1000));
        assert_eq!(attempts.begin("Ben", desk, now), Ok(()));
        assert_eq!(attempts.begin("Anna", IpAddr::from([10, 0, 0, 2]), now), Ok(()));
        assert_eq!(attempts.begin("Anna", desk, now.plus(limits::SIGN_IN_WINDOW_MS)), Ok(()));
    }
}
