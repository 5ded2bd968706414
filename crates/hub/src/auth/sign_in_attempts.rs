//! Wrong passwords of the last minutes, counted by name and address: guessing is slowed down without locking
//! anybody out. Behind a proxy all clients have the same address, so the owner of a name may have to wait because
//! somebody else guesses, but never longer than [`limits::SIGN_IN_MAX_WAIT_MS`].

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use deskbell_protocol::Millis;

use crate::limits;

/// A name in lower case, and the address it was tried from.
type Source = (String, IpAddr);

#[derive(Clone, Copy, Debug)]
struct Failures {
    last: Millis,
    count: u32,
}

impl Failures {
    /// When the next password may be checked.
    fn next_allowed(&self) -> Millis {
        let beyond = self.count.checked_sub(limits::SIGN_IN_FAILURES);
        let wait = beyond.map_or(0, |beyond| 1_000_i64.saturating_mul(2_i64.saturating_pow(beyond)));
        self.last.plus(wait.min(limits::SIGN_IN_MAX_WAIT_MS))
    }
}

/// Counts wrong passwords. The wait doubles with each one, so this is no token bucket.
#[derive(Debug, Default)]
pub(crate) struct SignInAttempts {
    failures: Mutex<HashMap<Source, Failures>>,
}

impl SignInAttempts {
    /// Counts an attempt before its password is checked, so that simultaneous attempts are counted too.
    ///
    /// # Errors
    ///
    /// How long to wait, in milliseconds, after too many wrong passwords: one second at first, then twice as long
    /// each time, up to [`limits::SIGN_IN_MAX_WAIT_MS`].
    pub(crate) fn begin(&self, name: &str, address: IpAddr, now: Millis) -> Result<(), i64> {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.len() >= limits::SIGN_IN_REMEMBERED {
            failures.retain(|_, known| now.since(known.last) < limits::SIGN_IN_WINDOW_MS);
            if failures.len() >= limits::SIGN_IN_REMEMBERED
                && let Some(oldest) =
                    failures.iter().min_by_key(|(_, known)| known.last).map(|(source, _)| source.clone())
            {
                failures.remove(&oldest);
            }
        }
        let source = (name.to_lowercase(), address);
        let known = failures.entry(source).or_insert(Failures { last: now, count: 0 });
        // A failure in the future means that the clock was set back.
        if now.since(known.last) >= limits::SIGN_IN_WINDOW_MS || known.last > now {
            *known = Failures { last: now, count: 0 };
        }
        let next = known.next_allowed();
        if next > now {
            return Err(next.since(now));
        }
        *known = Failures { last: now, count: known.count.saturating_add(1) };
        Ok(())
    }

    /// Forgets the failures of this name and address after the right password.
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
    fn guessing_annas_password_is_slowed_down_and_does_not_affect_ben() {
        let attempts = SignInAttempts::default();
        let desk = IpAddr::from([10, 0, 0, 1]);
        for _ in 0..limits::SIGN_IN_FAILURES {
            assert_eq!(attempts.begin("Anna", desk, NOW), Ok(()));
        }
        assert_eq!(attempts.begin("anna", desk, NOW), Err(1_000));
        assert_eq!(attempts.begin("Ben", desk, NOW), Ok(()));
        assert_eq!(attempts.begin("Anna", IpAddr::from([10, 0, 0, 2]), NOW), Ok(()));
        // An attempt that is too early does not prolong the wait.
        assert_eq!(attempts.begin("Anna", desk, NOW.plus(400)), Err(600));
        assert_eq!(attempts.begin("Anna", desk, NOW.plus(1_000)), Ok(()));
        assert_eq!(attempts.begin("Anna", desk, NOW.plus(1_000)), Err(2_000));
    }

    #[test]
    fn however_long_somebody_guesses_anna_waits_at_most_half_a_minute() {
        let attempts = SignInAttempts::default();
        let proxy = IpAddr::from([10, 0, 0, 1]);
        let mut now = NOW;
        for _ in 0..1_000 {
            if let Err(wait) = attempts.begin("Anna", proxy, now) {
                assert!(wait <= limits::SIGN_IN_MAX_WAIT_MS, "{wait}");
                now = now.plus(wait);
                assert_eq!(attempts.begin("Anna", proxy, now), Ok(()));
            }
        }
        attempts.succeeded("Anna", proxy);
        assert_eq!(attempts.begin("Anna", proxy, now), Ok(()));
    }
}
