//! Opens the cache, and rebuilds it when its file is damaged.
//!
//! The supervisor waits for the key, opens the file and publishes the cache in the context. A file that
//! cannot be decrypted or read is renamed (quarantined), its unsent messages and drafts are rescued, and a
//! new cache is created. The rest is read from the hub again. A key store that is locked or slow is no reason
//! to replace anything.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::api::{Alert, CacheProblem, Connection, Event};
use crate::cache::{Cache, CacheError, CacheKey, CacheOptions, Rescued, quarantine};
use crate::context::Context;
use crate::keys::KeyStoreError;

/// The time before the next attempt when the cache could not be opened.
const RETRY: Duration = Duration::from_secs(2);

/// Why the cache is not open.
enum OpenFailure {
    Key(KeyStoreError),
    Cache(CacheError),
    Quarantine,
}

impl OpenFailure {
    fn problem(&self) -> CacheProblem {
        match self {
            Self::Key(KeyStoreError::Locked) => CacheProblem::Locked,
            Self::Key(KeyStoreError::Slow) => CacheProblem::Slow,
            Self::Key(KeyStoreError::Failed(_)) => CacheProblem::Failed,
            Self::Cache(CacheError::Full) => CacheProblem::DiskFull,
            Self::Cache(_) | Self::Quarantine => CacheProblem::Unopenable,
        }
    }
}

/// Runs until the engine is closed.
pub(super) async fn run(context: Arc<Context>) {
    let mut stop = context.stop.subscribe();
    tokio::select! {
        () = supervise(&context) => {}
        _ = stop.wait_for(|stop| *stop) => {}
    }
}

/// What was rescued from a quarantined file and is not in the new cache yet.
struct PendingRescue {
    rescued: Rescued,
    alert: Alert,
}

async fn supervise(context: &Context) {
    let mut unreadable = false;
    let mut pending = None;
    loop {
        match open(context, unreadable, &mut pending).await {
            Ok((cache, alert)) => {
                if matches!(context.connection(), Connection::WaitingForKey { .. }) {
                    context.set_connection(Connection::Offline { message: None, retry_at: None });
                }
                context.cache.send_replace(Some(cache.clone()));
                if context.is_opened() {
                    context.announcer.announce(Event::Resync);
                }
                // After the new cache is in place, so that a snapshot read because of the alert is the new
                // one.
                if let Some(alert) = alert {
                    context.announcer.announce(Event::Alert { alert });
                }
                cache.broken().await;
                tracing::error!("the cache is damaged");
                context.cache.send_replace(None);
                cache.close().await;
                unreadable = true;
            }
            Err(OpenFailure::Cache(CacheError::Unreadable)) if !unreadable && pending.is_none() => {
                unreadable = true;
            }
            Err(failure) => {
                if let OpenFailure::Key(KeyStoreError::Failed(error)) = &failure {
                    tracing::warn!(error, "the key store failed");
                }
                context.set_connection(Connection::WaitingForKey { why: failure.problem() });
                let mut wake = context.wake.subscribe();
                wake.borrow_and_update();
                let _woken = tokio::time::timeout(RETRY, wake.changed()).await;
            }
        }
    }
}

/// Opens the cache or creates it, and quarantines the existing file first if that is known to be unreadable.
/// Returns the alert that tells the person of it.
///
/// What was rescued stays in `pending` until it is in the new cache, over any number of attempts, and no
/// other file is quarantined before that.
async fn open(
    context: &Context,
    unreadable: bool,
    pending: &mut Option<PendingRescue>,
) -> Result<(Cache, Option<Alert>), OpenFailure> {
    let name = format!("cache-{}", context.workspace);
    let exists = Cache::exists(&context.folder);
    let stored = context.keys.read(&name).await.map_err(OpenFailure::Key)?;
    let key = stored.as_deref().and_then(CacheKey::of);
    if pending.is_none() {
        let unfinished = in_folder(context, quarantine::unfinished).await?;
        *pending = match (&key, unfinished) {
            (None, Some(file)) => Some(key_lost(file)),
            (Some(key), Some(file)) => Some(rescue(file, key.clone()).await),
            // The key store says that there is no key, so the file can never be read again.
            (None, None) if exists => Some(key_lost(begin_quarantine(context).await?)),
            (Some(key), None) if unreadable && exists => {
                Some(rescue(begin_quarantine(context).await?, key.clone()).await)
            }
            _ => None,
        };
    }
    let key = match key {
        Some(key) => key,
        None => {
            let fresh = CacheKey::fresh().map_err(|_| {
                OpenFailure::Key(KeyStoreError::Failed("the system has no randomness".to_owned()))
            })?;
            // Stored before the first byte is encrypted with it.
            context.keys.write(&name, fresh.bits()).await.map_err(OpenFailure::Key)?;
            fresh
        }
    };
    let options = CacheOptions {
        folder: context.folder.clone(),
        key,
        announcer: Arc::clone(&context.announcer),
        view: Arc::clone(&context.view),
        hub_clock: Arc::clone(&context.hub_clock),
    };
    let cache = blocking(move || options.open()).await?.map_err(OpenFailure::Cache)?;
    if let Some(PendingRescue { rescued, .. }) = &*pending {
        if let Err(error) = cache.restore(rescued.clone()).await {
            cache.close().await;
            return Err(OpenFailure::Cache(error));
        }
        if let Err(failure) = in_folder(context, quarantine::finish).await {
            // It is rescued once more at the next start, which changes nothing.
            tracing::warn!(problem = ?failure.problem(), "a quarantine could not be marked as finished");
        }
    }
    Ok((cache, pending.take().map(|pending| pending.alert)))
}

async fn begin_quarantine(context: &Context) -> Result<PathBuf, OpenFailure> {
    let now = context.now();
    in_folder(context, move |folder| quarantine::begin(folder, now)).await
}

async fn in_folder<T: Send + 'static>(
    context: &Context,
    work: impl FnOnce(&Path) -> io::Result<T> + Send + 'static,
) -> Result<T, OpenFailure> {
    let folder = context.folder.clone();
    blocking(move || work(&folder)).await?.map_err(|error| {
        tracing::error!(%error, "the cache cannot be quarantined");
        OpenFailure::Quarantine
    })
}

fn key_lost(file: PathBuf) -> PendingRescue {
    let aside = file.to_string_lossy().into_owned();
    PendingRescue { rescued: Rescued::default(), alert: Alert::KeyLost { aside } }
}

async fn rescue(file: PathBuf, key: CacheKey) -> PendingRescue {
    let path = file.clone();
    let rescued = blocking(move || Rescued::read(&path, &key)).await.unwrap_or_default();
    let outgoing_saved = u32::try_from(rescued.outgoing.len()).unwrap_or(u32::MAX);
    let aside = file.to_string_lossy().into_owned();
    PendingRescue {
        alert: Alert::CacheRebuilt { outgoing_saved, complete: rescued.complete, aside },
        rescued,
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, OpenFailure> {
    tokio::task::spawn_blocking(work).await.map_err(|_panicked| OpenFailure::Quarantine)
}
