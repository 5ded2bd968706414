//! The clock that hub, engine and practice are given, so that tests can set it.
//!
//! A crate of its own because these three need the same clock and none of them may depend on another.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::sync::watch;
use tokio::time::Instant;

/// What a clock's sleeps return.
pub type Sleep<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// Where the time comes from.
pub trait Clock: Send + Sync {
    /// The wall clock: milliseconds since the Unix epoch. It jumps when it is corrected, and when the machine has
    /// slept.
    fn now(&self) -> i64;

    /// Completes once [`Clock::now`] has reached `at`; at once if it has already.
    fn sleep_until(&self, at: i64) -> Sleep<'_>;

    /// The monotonic clock: time since an arbitrary moment. It never jumps, and stands still while the machine
    /// sleeps.
    fn monotonic(&self) -> Duration;

    /// Completes once [`Clock::monotonic`] has reached `at`; at once if it has already.
    fn sleep_until_monotonic(&self, at: Duration) -> Sleep<'_>;
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

/// The longest a sleeper sleeps before it reads the wall clock again: a timer does not notice its jumps.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

/// Where the monotonic clock of this process begins.
fn beginning() -> Instant {
    static BEGINNING: OnceLock<Instant> = OnceLock::new();
    *BEGINNING.get_or_init(Instant::now)
}

impl Clock for SystemClock {
    fn now(&self) -> i64 {
        #[expect(clippy::disallowed_methods, reason = "this is the one place where the machine is asked")]
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    }

    fn sleep_until(&self, at: i64) -> Sleep<'_> {
        Box::pin(async move {
            while let Ok(left @ 1..) = u64::try_from(at.saturating_sub(self.now())) {
                tokio::time::sleep(Duration::from_millis(left).min(LOOK_AGAIN)).await;
            }
        })
    }

    fn monotonic(&self) -> Duration {
        beginning().elapsed()
    }

    fn sleep_until_monotonic(&self, at: Duration) -> Sleep<'_> {
        Box::pin(async move {
            match beginning().checked_add(at) {
                Some(at) => tokio::time::sleep_until(at).await,
                // So far away that it never comes.
                None => std::future::pending().await,
            }
        })
    }
}

/// A clock that stands still until a test sets it.
#[derive(Clone, Debug)]
pub struct HandClock {
    now: watch::Sender<i64>,
    monotonic: watch::Sender<Duration>,
}

impl HandClock {
    /// A clock that shows `at`, in milliseconds since the epoch.
    #[must_use]
    pub fn at(at: i64) -> Self {
        Self { now: watch::Sender::new(at), monotonic: watch::Sender::new(Duration::ZERO) }
    }

    /// Puts the wall clock forward by `millis` and wakes everything that slept until then. The monotonic clock
    /// stands, as while the machine sleeps.
    pub fn advance(&self, millis: i64) {
        self.now.send_modify(|now| *now = now.saturating_add(millis));
    }

    /// Lets time pass on both clocks, and wakes everything that slept until then.
    pub fn elapse(&self, time: Duration) {
        self.monotonic.send_modify(|now| *now = now.saturating_add(time));
        self.advance(i64::try_from(time.as_millis()).unwrap_or(i64::MAX));
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

    fn sleep_until(&self, at: i64) -> Sleep<'_> {
        let mut now = self.now.subscribe();
        Box::pin(async move {
            // The sender lives in `self`, so waiting cannot fail while this future does.
            let _reached = now.wait_for(|now| *now >= at).await;
        })
    }

    fn monotonic(&self) -> Duration {
        *self.monotonic.borrow()
    }

    fn sleep_until_monotonic(&self, at: Duration) -> Sleep<'_> {
        let mut now = self.monotonic.subscribe();
        Box::pin(async move {
            // As above.
            let _reached = now.wait_for(|now| *now >= at).await;
        })
    }
}

#[cfg(test)]
mod tests;
