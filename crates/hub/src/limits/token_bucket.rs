//! How fast somebody may go: a bucket that holds a burst and refills evenly.

use std::time::Duration;

use tokio::time::Instant;

/// How large a bucket is, and how fast it refills.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rate {
    /// How much may be taken at once.
    pub(crate) burst: f64,
    /// How much may be taken per second for long.
    pub(crate) per_second: f64,
}

/// What may still be taken now.
#[derive(Debug)]
pub(crate) struct Pace {
    rate: Rate,
    left: f64,
    at: Instant,
}

impl Pace {
    pub(crate) fn new(rate: Rate, now: Instant) -> Self {
        Self { rate, left: rate.burst, at: now }
    }

    fn refill(&mut self, now: Instant) {
        let refilled = now.saturating_duration_since(self.at).as_secs_f64() * self.rate.per_second;
        self.left = (self.left + refilled).min(self.rate.burst);
        self.at = now;
    }

    /// Takes `cost` from the bucket. If it does not hold that much: how long until it does.
    pub(crate) fn take(&mut self, cost: f64, now: Instant) -> Result<(), Duration> {
        self.refill(now);
        if self.left >= cost {
            self.left -= cost;
            return Ok(());
        }
        Err(self.until(cost))
    }

    /// Takes one from the bucket at any rate, and says how long to wait before it is used.
    pub(crate) fn owe(&mut self, now: Instant) -> Duration {
        self.refill(now);
        self.left -= 1.0;
        self.until(0.0)
    }

    fn until(&self, amount: f64) -> Duration {
        Duration::from_secs_f64((amount - self.left).max(0.0) / self.rate.per_second)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate { burst: 200.0, per_second: 50.0 };

    #[test]
    fn a_burst_is_taken_then_it_goes_at_the_steady_pace() {
        let begin = Instant::now();
        let mut pace = Pace::new(RATE, begin);
        let taken = (0..1_000).filter(|_| pace.take(1.0, begin).is_ok()).count();
        assert_eq!(taken, 200);
        let wait = pace.take(1.0, begin).unwrap_err();
        assert_eq!(wait, Duration::from_millis(20));
        assert_eq!(pace.take(1.0, begin + wait), Ok(()));
        assert!(pace.take(1.0, begin + wait).is_err());
        let later = begin + Duration::from_secs(3_600);
        assert_eq!((0..1_000).filter(|_| pace.take(1.0, later).is_ok()).count(), 200);
    }

    #[test]
    fn what_costs_more_is_had_less_often() {
        let begin = Instant::now();
        let mut pace = Pace::new(RATE, begin);
        assert_eq!((0..1_000).filter(|_| pace.take(50.0, begin).is_ok()).count(), 4);
        assert_eq!(pace.take(50.0, begin), Err(Duration::from_secs(1)));
    }

    #[test]
    fn who_must_not_be_refused_waits_for_their_turn() {
        let begin = Instant::now();
        let mut pace = Pace::new(RATE, begin);
        assert!((0..200).all(|_| pace.owe(begin) == Duration::ZERO));
        assert_eq!(pace.owe(begin), Duration::from_millis(20));
        assert_eq!(pace.owe(begin), Duration::from_millis(40));
        assert_eq!(pace.owe(begin + Duration::from_millis(60)), Duration::ZERO);
    }
}
