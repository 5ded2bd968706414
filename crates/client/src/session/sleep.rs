use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::engine::Parts;

/// How often the two clocks are compared.
const EVERY: Duration = Duration::from_secs(2);

/// A wall clock that has run ahead of the steady one by so many milliseconds says that the machine slept.
const SLEPT: i64 = 10_000;

/// Notices that the machine has slept: the wall clock has jumped. Never completes.
pub(super) async fn sense(parts: Arc<Parts>) {
    let mut look = interval(EVERY);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut wall, mut steady) = (parts.clock.now(), Instant::now());
    loop {
        look.tick().await;
        let now = parts.clock.now();
        let ran = i64::try_from(steady.elapsed().as_millis()).unwrap_or(i64::MAX);
        if now.saturating_sub(wall).saturating_sub(ran) > SLEPT {
            tracing::info!("the machine woke up");
            parts.wake();
        }
        (wall, steady) = (now, Instant::now());
    }
}
