//! Wakes the engine when the machine wakes from sleep or its network changes, so that it reconnects without waiting
//! for a time-out.

use std::sync::Arc;
use std::time::{Duration, Instant};

use deskbell_clock::SharedClock;

use crate::workspace_switcher::WorkspaceSwitcher;

/// How often the two clocks are compared.
const INTERVAL: Duration = Duration::from_secs(5);

/// The smallest difference between the clocks that counts as a sleep, in milliseconds.
const SLEEP_THRESHOLD: i64 = 15_000;

/// Starts the tasks that wake the open engine. Must be called within a tokio runtime.
pub(crate) fn watch(switcher: &WorkspaceSwitcher) {
    let (clock, by_clock) = (Arc::clone(&switcher.startup().clock), switcher.clone());
    tokio::spawn(async move { watch_clocks(clock, || wake(&by_clock)).await });
    #[cfg(target_os = "linux")]
    {
        let by_signal = switcher.clone();
        tokio::spawn(async move {
            if let Err(error) = watch_signals(|| wake(&by_signal)).await {
                tracing::debug!(%error, "no signals about sleep and network");
            }
        });
    }
}

fn wake(switcher: &WorkspaceSwitcher) {
    if let Some(engine) = switcher.engine() {
        engine.wake();
    }
}

/// Calls `on_wake` each time the machine has slept. Never returns.
///
/// The wall clock advances while a machine sleeps and the monotonic clock does not, so a difference between them is a
/// sleep. A change of the wall clock looks the same; a needless wake does no harm.
async fn watch_clocks(clock: SharedClock, on_wake: impl Fn()) {
    loop {
        let (wall, timer) = (clock.now(), Instant::now());
        tokio::time::sleep(INTERVAL).await;
        let timer = i64::try_from(timer.elapsed().as_millis()).unwrap_or(i64::MAX);
        if clock.now().saturating_sub(wall).saturating_sub(timer) > SLEEP_THRESHOLD {
            on_wake();
        }
    }
}

/// Calls `on_change` at each D-Bus signal that the machine woke or that its network changed.
///
/// # Errors
/// If the system bus cannot be reached.
#[cfg(target_os = "linux")]
async fn watch_signals(on_change: impl Fn()) -> zbus::Result<()> {
    use futures_util::StreamExt;
    use zbus::{MatchRule, MessageStream, message::Type};

    let bus = zbus::Connection::system().await?;
    let signal = |interface: &'static str, member: &'static str| {
        let rule = MatchRule::builder().msg_type(Type::Signal).interface(interface)?.member(member)?.build();
        Ok::<_, zbus::Error>(rule)
    };
    let queued = Some(8);
    let sleep = signal("org.freedesktop.login1.Manager", "PrepareForSleep")?;
    let network = signal("org.freedesktop.NetworkManager", "StateChanged")?;
    let mut sleep = MessageStream::for_match_rule(sleep, &bus, queued).await?;
    let mut network = MessageStream::for_match_rule(network, &bus, queued).await?;
    loop {
        tokio::select! {
            Some(message) = sleep.next() => {
                // The argument is true before a sleep and false after it.
                let sleeps = message.is_ok_and(|message| message.body().deserialize::<bool>().unwrap_or(true));
                if !sleeps {
                    on_change();
                }
            }
            Some(_message) = network.next() => on_change(),
            else => return Ok(()),
        }
    }
}
