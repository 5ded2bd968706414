//! The simulated people's time.

use deskbell_clock::SharedClock;

/// A clock, and how many times faster than real people the simulated ones act.
#[derive(Clone)]
pub(crate) struct Pace {
    clock: SharedClock,
    speed: f64,
}

impl Pace {
    /// A speed that is not a number counts as 1; others are limited to 0.01 to 10 000.
    pub(crate) fn new(clock: SharedClock, speed: f64) -> Self {
        let speed = if speed.is_nan() { 1.0 } else { speed.clamp(0.01, 10_000.0) };
        Self { clock, speed }
    }

    /// Milliseconds since the Unix epoch.
    pub(crate) fn now(&self) -> i64 {
        self.clock.now()
    }

    /// How many milliseconds of the clock pass while a person spends `millis`.
    pub(crate) fn scaled(&self, millis: i64) -> i64 {
        // Far below 2^52 and saturating, so nothing is lost or wrapped.
        #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
        let scaled = (millis as f64 / self.speed).round() as i64;
        scaled
    }

    /// Completes once the clock has reached `at`.
    pub(crate) async fn until(&self, at: i64) {
        self.clock.sleep_until(at).await;
    }
}
