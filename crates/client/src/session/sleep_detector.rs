//! Notices that the machine has slept: the wall clock has advanced further than the monotonic clock.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::context::Context;

/// How often the two clocks are compared.
const INTERVAL: Duration = Duration::from_secs(2);

/// By how many milliseconds the wall clock has to be ahead.
const THRESHOLD: i64 = 10_000;

/// Wakes the engine after the machine has slept. Never completes.
pub(super) async fn run(context: Arc<Context>) {
    let mut ticks = interval(INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut wall, mut monotonic) = (context.clock.now(), Instant::now());
    loop {
        ticks.tick().await;
        let now = context.clock.now();
        let elapsed = i64::try_from(monotonic.elapsed().as_millis()).unwrap_or(i64::MAX);
        if now.saturating_sub(wall).saturating_sub(elapsed) > THRESHOLD {
            tracing::info!("the machine woke up");
            context.wake();
        }
        (wall, monotonic) = (now, Instant::now());
    }
}
