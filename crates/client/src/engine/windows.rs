//! Tells the UI that a messaging window has closed.

use std::sync::Arc;

use super::Parts;
use crate::cache::{Cache, CacheError};

/// Tells the UI each conversation again when its window closes by the hub's clock. Runs until the engine is closed.
pub(super) async fn run(parts: Arc<Parts>) {
    let mut stop = parts.stop.subscribe();
    tokio::select! {
        () = each_cache(&parts) => {}
        _ = stop.wait_for(|stop| *stop) => {}
    }
}

async fn each_cache(parts: &Parts) {
    let mut caches = parts.cache.subscribe();
    loop {
        let Ok(cache) = caches.wait_for(Option::is_some).await.map(|cache| cache.clone()) else { return };
        let Some(cache) = cache else { continue };
        let failed = tokio::select! {
            Err(error) = watch(parts, &cache) => Some(error),
            _ = caches.wait_for(Option::is_none) => None,
        };
        if let Some(error) = failed {
            tracing::warn!(%error, "the end of messaging windows is not told until the cache is opened again");
            let _replaced = caches.wait_for(Option::is_none).await;
        }
    }
}

async fn watch(parts: &Parts, cache: &Cache) -> Result<std::convert::Infallible, CacheError> {
    let clock = &parts.hub_clock;
    let mut offsets = clock.offsets();
    let mut told = clock.now();
    loop {
        offsets.borrow_and_update();
        let now = clock.now();
        cache.announce_windows(told, now).await?;
        told = now;
        let next = cache.next_window_close(now).await?;
        let closed = async {
            match next {
                Some(at) => clock.sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = closed => {}
            () = cache.conversations_changed() => {}
            _ = offsets.changed() => {}
        }
    }
}
