//! Keeps the cache open: waits for its key, opens it, and rebuilds it when it is damaged.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use deskbell_protocol::Millis;

use super::Parts;
use crate::api::{Alert, Connection, Event, Waiting};
use crate::cache::{self, Cache, CacheError, CacheKey, Opening, Rescued};
use crate::keys::KeyStoreError;

/// How long to wait before a key store that is locked or slow is asked again.
const ASK_AGAIN: Duration = Duration::from_secs(2);

/// How often what is too old is looked for.
const PRUNE_EVERY: i64 = 6 * 60 * 60 * 1000;

const DAY: i64 = 24 * 60 * 60 * 1000;

/// Why there is no cache yet.
enum NotYet {
    Key(KeyStoreError),
    Cache(CacheError),
    Aside,
}

impl NotYet {
    fn why(&self) -> Waiting {
        match self {
            Self::Key(KeyStoreError::Locked) => Waiting::Locked,
            Self::Key(KeyStoreError::Slow) => Waiting::Slow,
            Self::Key(KeyStoreError::Failed(_)) => Waiting::Failed,
            Self::Cache(CacheError::Full) => Waiting::DiskFull,
            Self::Cache(_) | Self::Aside => Waiting::Unopenable,
        }
    }
}

/// Runs until the engine is closed.
pub(super) async fn keep(parts: Arc<Parts>) {
    let mut stop = parts.stop.subscribe();
    tokio::select! {
        () = keep_open(&parts) => {}
        _ = stop.wait_for(|stop| *stop) => {}
    }
}

/// What was saved from a cache that was set aside, and is not in the new one yet.
struct Unsaved {
    rescued: Rescued,
    alert: Alert,
}

async fn keep_open(parts: &Parts) {
    let mut unreadable = false;
    let mut unsaved = None;
    loop {
        match open(parts, unreadable, &mut unsaved).await {
            Ok((cache, alert)) => {
                if matches!(parts.connection(), Connection::WaitingForKey { .. }) {
                    parts.set_connection(Connection::Offline { message: None, retry_at: None });
                }
                parts.cache.send_replace(Some(cache.clone()));
                if parts.is_opened() {
                    parts.announcer.announce(Event::Resync);
                }
                // Whoever hears of it finds the new cache in place.
                if let Some(alert) = alert {
                    parts.announcer.announce(Event::Alert { alert });
                }
                cache.broken().await;
                tracing::error!("the cache is damaged");
                parts.cache.send_replace(None);
                cache.close().await;
                unreadable = true;
            }
            Err(NotYet::Cache(CacheError::Unreadable)) if !unreadable && unsaved.is_none() => {
                unreadable = true
            }
            Err(not_yet) => {
                if let NotYet::Key(KeyStoreError::Failed(error)) = &not_yet {
                    tracing::warn!(error, "the key store failed");
                }
                parts.set_connection(Connection::WaitingForKey { why: not_yet.why() });
                let mut wake = parts.wake.subscribe();
                wake.borrow_and_update();
                let _woken = tokio::time::timeout(ASK_AGAIN, wake.changed()).await;
            }
        }
    }
}

/// Opens the cache, or makes a new one; with the old one set aside first if it is known to be unreadable. Says
/// what the person should know of that.
///
/// What was saved from the old one stays in `unsaved` until it is in the new one, however often that has to be
/// tried, and meanwhile nothing else is set aside.
async fn open(
    parts: &Parts,
    unreadable: bool,
    unsaved: &mut Option<Unsaved>,
) -> Result<(Cache, Option<Alert>), NotYet> {
    let name = format!("cache-{}", parts.workspace);
    let there = cache::exists(&parts.folder);
    let known = parts.keys.read(&name).await.map_err(NotYet::Key)?;
    let key = known.as_deref().and_then(CacheKey::of);
    if unsaved.is_none() {
        let left = in_folder(parts, cache::unsaved).await?;
        *unsaved = match (&key, left) {
            (None, Some(aside)) => Some(key_lost(aside)),
            (Some(key), Some(aside)) => Some(rescue(aside, key.clone()).await),
            // The key is definitely missing, so nobody will ever read that file again without it.
            (None, None) if there => Some(key_lost(set_aside(parts).await?)),
            (Some(key), None) if unreadable && there => {
                Some(rescue(set_aside(parts).await?, key.clone()).await)
            }
            _ => None,
        };
    }
    let key = match key {
        Some(key) => key,
        None => {
            let fresh = CacheKey::fresh()
                .map_err(|_| NotYet::Key(KeyStoreError::Failed("the system has no randomness".to_owned())))?;
            // Kept before the first byte is written with it.
            parts.keys.write(&name, fresh.bits()).await.map_err(NotYet::Key)?;
            fresh
        }
    };
    let opening = Opening {
        folder: parts.folder.clone(),
        key,
        announcer: Arc::clone(&parts.announcer),
        look: Arc::clone(&parts.look),
        hub_clock: Arc::clone(&parts.hub_clock),
    };
    let cache = blocking(move || opening.open()).await?.map_err(NotYet::Cache)?;
    if let Some(Unsaved { rescued, .. }) = &*unsaved {
        if let Err(error) = cache.restore(rescued.clone()).await {
            cache.close().await;
            return Err(NotYet::Cache(error));
        }
        if let Err(not_removed) = in_folder(parts, cache::saved).await {
            // Then it is saved once more at the next start, which changes nothing.
            tracing::warn!(why = ?not_removed.why(), "what was saved stays noted as unsaved");
        }
    }
    Ok((cache, unsaved.take().map(|unsaved| unsaved.alert)))
}

async fn set_aside(parts: &Parts) -> Result<PathBuf, NotYet> {
    let now = parts.now();
    in_folder(parts, move |folder| cache::set_aside(folder, now)).await
}

async fn in_folder<T: Send + 'static>(
    parts: &Parts,
    work: impl FnOnce(&Path) -> io::Result<T> + Send + 'static,
) -> Result<T, NotYet> {
    let folder = parts.folder.clone();
    blocking(move || work(&folder)).await?.map_err(|error| {
        tracing::error!(%error, "the cache cannot be set aside");
        NotYet::Aside
    })
}

fn key_lost(aside: PathBuf) -> Unsaved {
    let aside = aside.to_string_lossy().into_owned();
    Unsaved { rescued: Rescued::default(), alert: Alert::KeyLost { aside } }
}

async fn rescue(aside: PathBuf, key: CacheKey) -> Unsaved {
    let file = aside.clone();
    let rescued = blocking(move || Rescued::from(&file, &key)).await.unwrap_or_default();
    let outgoing_saved = u32::try_from(rescued.outgoing.len()).unwrap_or(u32::MAX);
    let aside = aside.to_string_lossy().into_owned();
    Unsaved { alert: Alert::CacheRebuilt { outgoing_saved, complete: rescued.complete, aside }, rescued }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, NotYet> {
    tokio::task::spawn_blocking(work).await.map_err(|_panicked| NotYet::Aside)
}

/// Forgets what is older than the hub lets this desktop keep, now and then. Runs until the engine is closed.
pub(super) async fn prune(parts: Arc<Parts>) {
    let mut stop = parts.stop.subscribe();
    tokio::select! {
        () = prune_often(&parts) => {}
        _ = stop.wait_for(|stop| *stop) => {}
    }
}

async fn prune_often(parts: &Parts) {
    let mut caches = parts.cache.subscribe();
    loop {
        let Ok(cache) = caches.wait_for(Option::is_some).await.map(|cache| cache.clone()) else { return };
        if let Some(cache) = cache
            && let Err(error) = prune_once(&cache, parts.now()).await
        {
            tracing::warn!(%error, "what is too old was not removed");
        }
        parts.clock.sleep_until(parts.clock.now().saturating_add(PRUNE_EVERY)).await;
    }
}

async fn prune_once(cache: &Cache, now: Millis) -> Result<(), CacheError> {
    let Some(hub) = cache.hub_settings().await? else { return Ok(()) };
    let oldest = now.plus(-DAY.saturating_mul(i64::from(hub.cache_days)));
    while cache.prune(oldest).await? {}
    Ok(())
}
