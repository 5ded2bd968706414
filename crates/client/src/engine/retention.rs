//! Deletes transcripts that are older than the hub lets this desktop keep.

use std::sync::Arc;

use deskbell_protocol::Millis;

use crate::cache::{Cache, CacheError};
use crate::context::Context;

/// The time between two runs, in milliseconds.
const INTERVAL: i64 = 6 * 60 * 60 * 1000;

const DAY: i64 = 24 * 60 * 60 * 1000;

/// Runs until the engine is closed.
pub(super) async fn run(context: Arc<Context>) {
    let mut stop = context.stop.subscribe();
    tokio::select! {
        () = repeat(&context) => {}
        _ = stop.wait_for(|stop| *stop) => {}
    }
}

async fn repeat(context: &Context) {
    let mut caches = context.cache.subscribe();
    loop {
        let Ok(cache) = caches.wait_for(Option::is_some).await.map(|cache| cache.clone()) else { return };
        if let Some(cache) = cache
            && let Err(error) = delete_old(&cache, context.now()).await
        {
            tracing::warn!(%error, "old transcripts were not deleted");
        }
        context.clock.sleep_until(context.clock.now().saturating_add(INTERVAL)).await;
    }
}

async fn delete_old(cache: &Cache, now: Millis) -> Result<(), CacheError> {
    let Some(hub) = cache.hub_settings().await? else { return Ok(()) };
    let oldest = now.plus(-DAY.saturating_mul(i64::from(hub.cache_days)));
    while cache.delete_older(oldest).await? {}
    Ok(())
}
