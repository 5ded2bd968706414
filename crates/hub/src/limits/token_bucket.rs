//! A token bucket: it holds a burst and refills evenly.

use std::time::Duration;

use deskbell_protocol::Millis;
use tokio::time::Instant;

/// How large a bucket is, and how fast it refills.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rate {
    /// How many tokens may be taken at once.
    pub(crate) burst: f64,
    /// How many tokens may be taken per second in the long run.
    pub(crate) per_second: f64,
}

/// A reading of the clock that a bucket refills by.
pub(crate) trait Moment: Copy {
    /// How long after `earlier` this is; zero if it is not after it, as when the clock was set back.
    fn elapsed_since(self, earlier: Self) -> Duration;
}

impl Moment for Instant {
    fn elapsed_since(self, earlier: Self) -> Duration {
        self.saturating_duration_since(earlier)
    }
}

impl Moment for Millis {
    fn elapsed_since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.since(earlier)).unwrap_or(0))
    }
}

/// The tokens that are left, by the clock `M`.
#[derive(Debug)]
pub(crate) struct TokenBucket<M = Instant> {
    rate: Rate,
    /// Negative while tokens are owed.
    left: f64,
    refilled_at: M,
}

impl<M: Moment> TokenBucket<M> {
    /// A full bucket.
    pub(crate) fn new(rate: Rate, now: M) -> Self {
        Self { rate, left: rate.burst, refilled_at: now }
    }

    fn refill(&mut self, now: M) {
        let refilled = now.elapsed_since(self.refilled_at).as_secs_f64() * self.rate.per_second;
        self.left = (self.left + refilled).min(self.rate.burst);
        self.refilled_at = now;
    }

    /// Takes `cost` tokens, or none if the bucket holds fewer.
    ///
    /// # Errors
    ///
    /// How long it takes until the bucket holds that many.
    pub(crate) fn take(&mut self, cost: f64, now: M) -> Result<(), Duration> {
        self.refill(now);
        if self.left >= cost {
            self.left -= cost;
            return Ok(());
        }
        Err(self.time_until(cost))
    }

    /// Takes one token even from an empty bucket, and returns how long to wait before it may be used.
    pub(crate) fn take_debt(&mut self, now: M) -> Duration {
        self.refill(now);
        self.left -= 1.0;
        self.time_until(0.0)
    }

    fn time_until(&self, tokens: f64) -> Duration {
        Duration::from_secs_f64((tokens - self.left).max(0.0) / self.rate.per_second)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate { burst: 200.0, per_second: 50.0 };

    #[test]
    fn after_the_burst_tokens_come_at_the_steady_rate() {
        let begin = Instant::now();
        let mut bucket = TokenBucket::new(RATE, begin);
        let taken = (0..1_000).filter(|_| bucket.take(1.0, begin).is_ok()).count();
        assert_eq!(taken, 200);
        let wait = bucket.take(1.0, begin).unwrap_err();
        assert_eq!(wait, Duration::from_millis(20));
        assert_eq!(bucket.take(1.0, begin + wait), Ok(()));
        assert!(bucket.take(1.0, begin + wait).is_err());
        let later = begin + Duration::from_secs(3_600);
        assert_eq!((0..1_000).filter(|_| bucket.take(1.0, later).is_ok()).count(), 200);
    }

    #[test]
    fn what_costs_more_is_granted_less_often() {
        let begin = Instant::now();
        let mut bucket = TokenBucket::new(RATE, begin);
        assert_eq!((0..1_000).filter(|_| bucket.take(50.0, begin).is_ok()).count(), 4);
        assert_eq!(bucket.take(50.0, begin), Err(Duration::from_secs(1)));
    }

    #[test]
    fn a_debt_is_granted_with_a_wait() {
        let begin = Instant::now();
        let mut bucket = TokenBucket::new(RATE, begin);
        assert!((0..200).all(|_| bucket.take_debt(begin) == Duration::ZERO));
        assert_eq!(bucket.take_debt(begin), Duration::from_millis(20));
        assert_eq!(bucket.take_debt(begin), Duration::from_millis(40));
        assert_eq!(bucket.take_debt(begin + Duration::from_millis(60)), Duration::ZERO);
    }

    #[test]
    fn a_clock_that_is_set_back_neither_fills_nor_empties_a_bucket() {
        let noon = Millis(1_790_000_000_000);
        let mut bucket = TokenBucket::new(Rate { burst: 2.0, per_second: 0.1 }, noon);
        assert_eq!(bucket.take(1.0, noon), Ok(()));
        let back = noon.plus(-3_600_000);
        assert_eq!(bucket.take(1.0, back), Ok(()));
        assert_eq!(bucket.take(1.0, back), Err(Duration::from_secs(10)));
        assert_eq!(bucket.take(1.0, back.plus(10_000)), Ok(()));
    }
}
