//! The clock that hub, engine and practice are given, so that tests can turn it by hand.
//!
//! A crate of its own because these three need the same clock and none of them may depend on another.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::sync::watch;

/// Where the time comes from.
pub trait Clock: Send + Sync {
    /// Milliseconds since the Unix epoch.
    fn now(&self) -> i64;

    /// Completes once [`Clock::now`] has reached `at`; at once if it has already.
    fn sleep_until(&self, at: i64) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;
}

/// A clock that can be handed around.
pub type SharedClock = Arc<dyn Clock>;

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl SystemClock {
    /// The machine's clock, ready to hand around.
    #[must_use]
    pub fn shared() -> SharedClock {
        Arc::new(Self)
    }
}

/// How long a sleeper sleeps before it looks at the wall clock again. The wall clock jumps (suspend,
/// a corrected time); a timer alone would not notice.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

impl Clock for SystemClock {
    fn now(&self) -> i64 {
        #[expect(clippy::disallowed_methods, reason = "this is the one place where the machine is asked")]
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    }

    fn sleep_until(&self, at: i64) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(async move {
            while let Ok(left @ 1..) = u64::try_from(at.saturating_sub(self.now())) {
                tokio::time::sleep(Duration::from_millis(left).min(LOOK_AGAIN)).await;
            }
        })
    }
}

/// A clock that stands still until somebody turns it.
#[derive(Clone, Debug)]
pub struct HandClock {
    now: watch::Sender<i64>,
}

impl HandClock {
    /// A clock that shows `at`.
    #[must_use]
    pub fn at(at: i64) -> Self {
        Self { now: watch::Sender::new(at) }
    }

    /// Turns the clock on by `millis` and wakes whoever slept until then.
    pub fn advance(&self, millis: i64) {
        self.now.send_modify(|now| *now = now.saturating_add(millis));
    }

    /// This clock, ready to hand around.
    #[must_use]
    pub fn shared(&self) -> SharedClock {
        Arc::new(self.clone())
    }
}

impl Clock for HandClock {
    fn now(&self) -> i64 {
        *self.now.borrow()
    }

    fn sleep_until(&self, at: i64) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        let mut now = self.now.subscribe();
        Box::pin(async move {
            // The sender lives in `self`, so waiting cannot fail while this future does.
            let _reached = now.wait_for(|now| *now >= at).await;
        })
    }
}
