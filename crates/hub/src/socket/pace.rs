//! How fast one session may command: a bucket that holds a burst and refills evenly.

use std::time::Duration;

use tokio::time::Instant;

use crate::limits;

/// The commands that a session may still give now.
#[derive(Debug)]
pub(super) struct Pace {
    left: f64,
    at: Instant,
}

impl Pace {
    pub(super) fn new(now: Instant) -> Self {
        Self { left: limits::COMMANDS_BURST, at: now }
    }

    /// Takes one command from the bucket. If it is empty: how long until there is one.
    pub(super) fn take(&mut self, now: Instant) -> Result<(), Duration> {
        let refilled = now.saturating_duration_since(self.at).as_secs_f64() * limits::COMMANDS_PER_SECOND;
        self.left = (self.left + refilled).min(limits::COMMANDS_BURST);
        self.at = now;
        if self.left >= 1.0 {
            self.left -= 1.0;
            return Ok(());
        }
        Err(Duration::from_secs_f64((1.0 - self.left) / limits::COMMANDS_PER_SECOND))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_taken_then_it_goes_at_the_steady_pace() {
        let begin = Instant::now();
        let mut pace = Pace::new(begin);
        let taken = (0..1_000).filter(|_| pace.take(begin).is_ok()).count();
        assert_eq!(taken, 200);
        let wait = pace.take(begin).unwrap_err();
        assert_eq!(wait, Duration::from_millis(20));
        assert_eq!(pace.take(begin + wait), Ok(()));
        assert!(pace.take(begin + wait).is_err());
        let later = begin + Duration::from_secs(3_600);
        assert_eq!((0..1_000).filter(|_| pace.take(later).is_ok()).count(), 200);
    }
}
