//! Who gave wrong passwords lately, by name and address: guessing is slowed down without locking anybody
//! out. Behind a proxy everybody has the same address, so the owner of a name may have to wait for a
//! guesser's turn to pass, but never longer than half a minute.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use deskbell_protocol::Millis;

use crate::limits;

type Who = (String, IpAddr);

#[derive(Clone, Copy, Debug)]
struct Failures {
    last: Millis,
    count: u32,
}

impl Failures {
    /// From when on the next password is looked at.
    fn next(&self) -> Millis {
        let beyond = self.count.checked_sub(limits::SIGN_IN_FAILURES);
        let wait = beyond.map_or(0, |beyond| 1_000_i64.saturating_mul(2_i64.saturating_pow(beyond)));
        self.last.plus(wait.min(limits::SIGN_IN_LONGEST_WAIT_MS))
    }
}

/// Wrong passwords of the last minutes.
#[derive(Debug, Default)]
pub(crate) struct SignInAttempts {
    failures: Mutex<HashMap<Who, Failures>>,
}

impl SignInAttempts {
    /// Counts an attempt before its password is looked at, so that many at once are counted too. Returns how
    /// long to wait, in milliseconds, if there were too many: a second first, then twice as long each time,
    /// up to [`limits::SIGN_IN_LONGEST_WAIT_MS`].
    pub(crate) fn begin(&self, name: &str, address: IpAddr, now: Millis) -> Result<(), i64> {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.len() >= limits::SIGN_IN_REMEMBERED {
            failures.retain(|_, seen| now.since(seen.last) < limits::SIGN_IN_WINDOW_MS);
            if failures.len() >= limits::SIGN_IN_REMEMBERED
                && let Some(oldest) =
                    failures.iter().min_by_key(|(_, seen)| seen.last).map(|(who, _)| who.clone())
            {
                failures.remove(&oldest);
            }
        }
        let who = (name.to_lowercase(), address);
        let seen = failures.entry(who).or_insert(Failures { last: now, count: 0 });
        // Also when the clock was set back: what lies ahead cannot have been.
        if now.since(seen.last) >= limits::SIGN_IN_WINDOW_MS || seen.last > now {
            *seen = Failures { last: now, count: 0 };
        }
        let next = seen.next();
        if next > now {
            return Err(next.since(now));
        }
        *seen = Failures { last: now, count: seen.count.saturating_add(1) };
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

    const NOW: Millis = Millis(1_790_000_000_000);

    #[test]
    fn guessing_at_annas_password_is_slowed_down_and_ben_is_not_touched() {
        let attempts = SignInAttempts::default();
        let desk = IpAddr::from([10, 0, 0, 1]);
        for _ in 0..limits::SIGN_IN_FAILURES {
            assert_eq!(attempts.begin("Anna", desk, NOW), Ok(()));
        }
        assert_eq!(attempts.begin("anna", desk, NOW), Err(1_000));
        assert_eq!(attempts.begin("Ben", desk, NOW), Ok(()));
        assert_eq!(attempts.begin("Anna", IpAddr::from([10, 0, 0, 2]), NOW), Ok(()));
        // Who asks too early does not make it longer.
        assert_eq!(attempts.begin("Anna", desk, NOW.plus(400)), Err(600));
        assert_eq!(attempts.begin("Anna", desk, NOW.plus(1_000)), Ok(()));
        assert_eq!(attempts.begin("Anna", desk, NOW.plus(1_000)), Err(2_000));
    }

    #[test]
    fn however_long_somebody_guesses_anna_waits_half_a_minute_at_most() {
        let attempts = SignInAttempts::default();
        let proxy = IpAddr::from([10, 0, 0, 1]);
        let mut now = NOW;
        for _ in 0..1_000 {
            if let Err(wait) = attempts.begin("Anna", proxy, now) {
                assert!(wait <= limits::SIGN_IN_LONGEST_WAIT_MS, "{wait}");
                now = now.plus(wait);
                assert_eq!(attempts.begin("Anna", proxy, now), Ok(()));
            }
        }
        attempts.succeeded("Anna", proxy);
        assert_eq!(attempts.begin("Anna", proxy, now), Ok(()));
    }
}
