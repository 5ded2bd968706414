//! Notices when the machine wakes up or finds another network, so that nobody waits for a time-out.

use std::sync::Arc;
use std::time::{Duration, Instant};

use deskbell_clock::SharedClock;

use crate::reception::Reception;

/// How often the two clocks are compared.
const LOOK: Duration = Duration::from_secs(5);

/// How far they may come apart before it counts as a sleep, in milliseconds.
const SLEPT: i64 = 15_000;

/// Wakes whichever engine works whenever the machine wakes or its network changes, as far as this can be seen. Must be
/// called within a tokio runtime.
pub(crate) fn whenever_it_happens(reception: &Reception) {
    let (clock, slept) = (Arc::clone(&reception.start().clock), reception.clone());
    tokio::spawn(async move { after_sleep(clock, || wake(&slept)).await });
    #[cfg(target_os = "linux")]
    {
        let told = reception.clone();
        tokio::spawn(async move {
            if let Err(error) = told_by_the_system(|| wake(&told)).await {
                tracing::debug!(%error, "the system does not tell when it wakes");
            }
        });
    }
}

fn wake(reception: &Reception) {
    if let Some(engine) = reception.engine() {
        engine.wake();
    }
}

/// Calls `woke` whenever the machine has slept. Never ends by itself.
///
/// The clock of the wall goes on while a machine sleeps, and the one that timers use does not: where they
/// have come apart, the machine slept (or somebody set the clock, when looking once more does no harm).
async fn after_sleep(clock: SharedClock, woke: impl Fn()) {
    loop {
        let (wall, timer) = (clock.now(), Instant::now());
        tokio::time::sleep(LOOK).await;
        let timer = i64::try_from(timer.elapsed().as_millis()).unwrap_or(i64::MAX);
        if clock.now().saturating_sub(wall).saturating_sub(timer) > SLEPT {
            woke();
        }
    }
}

/// Calls `changed` whenever the system says that the machine woke or is online in another way. Ends at
/// once where the system does not tell.
#[cfg(target_os = "linux")]
async fn told_by_the_system(changed: impl Fn()) -> zbus::Result<()> {
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
                // True before falling asleep, false after waking up.
                let asleep = message.is_ok_and(|message| message.body().deserialize::<bool>().unwrap_or(true));
                if !asleep {
                    changed();
                }
            }
            Some(_message) = network.next() => changed(),
            else => return Ok(()),
        }
    }
}
