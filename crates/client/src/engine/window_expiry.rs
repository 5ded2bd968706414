//! Announces conversations whose messaging window has closed.

use std::convert::Infallible;
use std::sync::Arc;

use crate::cache::{Cache, CacheError};
use crate::context::Context;

/// Announces each conversation when its window closes by the hub's clock. Runs until the engine is closed.
pub(super) async fn run(context: Arc<Context>) {
    let mut stop = context.stop.subscribe();
    tokio::select! {
        () = follow_caches(&context) => {}
        _ = stop.wait_for(|stop| *stop) => {}
    }
}

async fn follow_caches(context: &Context) {
    let mut caches = context.cache.subscribe();
    loop {
        let Ok(cache) = caches.wait_for(Option::is_some).await.map(|cache| cache.clone()) else { return };
        let Some(cache) = cache else { continue };
        let failed = tokio::select! {
            Err(error) = follow(context, &cache) => Some(error),
            _ = caches.wait_for(Option::is_none) => None,
        };
        if let Some(error) = failed {
            tracing::warn!(%error, "closing windows are not announced until the cache is opened again");
            let _replaced = caches.wait_for(Option::is_none).await;
        }
    }
}

async fn follow(context: &Context, cache: &Cache) -> Result<Infallible, CacheError> {
    let clock = &context.hub_clock;
    let mut offsets = clock.offsets();
    let mut announced_until = clock.now();
    loop {
        offsets.borrow_and_update();
        let now = clock.now();
        cache.announce_windows(announced_until, now).await?;
        announced_until = now;
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
