//! The backfill: reads by pages what the cache has noted as missing.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use deskbell_protocol::{ErrorCode, Millis};

use super::SyncError;
use crate::api::Event;
use crate::cache::{Backfill, BackfillTarget, Cache, CacheError};
use crate::context::Context;
use crate::http_client::{ApiClient, ApiError, ConversationFilter};

const DAY: i64 = 24 * 60 * 60 * 1000;

/// For how many days transcripts are stored if the hub has not said.
const DEFAULT_DAYS: u32 = 30;

/// The wait after a page could not be read, at first and at most.
const RETRY: Duration = Duration::from_secs(1);
const MAX_RETRY: Duration = Duration::from_secs(60);

/// After how many unreadable responses a target is given up.
const MAX_GARBLED: u32 = 5;

/// After how many failures the other targets come first.
const TRIES: u32 = 3;

/// Reads the missing pages as long as the connection lasts.
pub(crate) async fn backfill(context: Arc<Context>, cache: Cache, client: ApiClient) {
    let mut failures = 0_u32;
    let mut failed: HashMap<BackfillTarget, u32> = HashMap::new();
    let mut resync = false;
    loop {
        let next = match cache.next_backfill().await {
            Ok(Some(next)) => next,
            Ok(None) => {
                if std::mem::take(&mut resync) {
                    context.announcer.announce(Event::Resync);
                }
                context.backfill.notified().await;
                continue;
            }
            Err(error) => {
                tracing::warn!(%error, "the cache cannot say what is missing");
                tokio::time::sleep(MAX_RETRY).await;
                continue;
            }
        };
        // Pages of targets that are not urgent are not announced one by one.
        let silent = !next.is_urgent();
        let error = match read_page(&context, &cache, &client, next.clone()).await {
            Ok(()) => {
                failures = 0;
                failed.remove(&next.target);
                resync |= silent;
                continue;
            }
            Err(error) => error,
        };
        let tries = failed.entry(next.target).or_default();
        *tries = tries.saturating_add(1);
        let tries = *tries;
        match error {
            SyncError::Hub(error) if is_final(&error, tries) => {
                tracing::info!(%error, "a missing page no longer exists");
                failed.remove(&next.target);
                let _later = cache.drop_backfill(next).await;
                continue;
            }
            SyncError::Hub(error) => tracing::debug!(%error, "a missing page could not be read"),
            SyncError::Cache(error) => tracing::warn!(%error, "a missing page could not be stored"),
        }
        failures = failures.saturating_add(1);
        if tries.is_multiple_of(TRIES) {
            // One page that cannot be read must not keep the others waiting.
            let _later = cache.postpone_backfill(next).await;
        }
        tokio::select! {
            () = tokio::time::sleep(retry_delay(failures)) => {}
            () = context.backfill.notified() => {}
        }
    }
}

fn retry_delay(failures: u32) -> Duration {
    RETRY.saturating_mul(1_u32.checked_shl(failures.saturating_sub(1)).unwrap_or(u32::MAX)).min(MAX_RETRY)
}

fn is_final(error: &ApiError, failures: u32) -> bool {
    match error {
        ApiError::Unreachable => false,
        ApiError::Garbled => failures >= MAX_GARBLED,
        ApiError::Refused(error) => {
            !matches!(error.code, ErrorCode::Unauthorized | ErrorCode::RateLimited | ErrorCode::Unavailable)
        }
    }
}

async fn read_page(
    context: &Context,
    cache: &Cache,
    client: &ApiClient,
    backfill: Backfill,
) -> Result<(), SyncError> {
    let next = backfill.next.clone();
    match backfill.target {
        BackfillTarget::Queue(queue) => {
            if next.is_none() {
                // The names of the queue and its accounts are in the snapshot alone.
                let snapshot = client.snapshot().await?;
                cache.set_queues(snapshot.queues).await?;
                cache.set_accounts(snapshot.accounts).await?;
            }
            let page = client.conversations(ConversationFilter::Queue(queue), next.as_deref()).await?;
            cache.take_conversations(backfill, page.conversations, page.next).await?;
        }
        BackfillTarget::Conversation(conversation) => {
            let filter = ConversationFilter::Conversation(conversation);
            let page = client.conversations(filter, next.as_deref()).await?;
            cache.take_conversations(backfill, page.conversations, page.next).await?;
        }
        BackfillTarget::Messages(conversation) => {
            let page = client.messages(conversation, next.as_deref()).await?;
            cache.take_messages(backfill, conversation, page, oldest(context, cache).await?).await?;
        }
        BackfillTarget::Contact(contact) => {
            cache.take_contact(backfill, client.contact_row(contact).await?).await?;
        }
    }
    Ok(())
}

/// What is older than this is not stored.
async fn oldest(context: &Context, cache: &Cache) -> Result<Millis, CacheError> {
    let days = cache.hub_settings().await?.map_or(DEFAULT_DAYS, |hub| hub.cache_days);
    Ok(context.now().plus(-DAY.saturating_mul(i64::from(days))))
}
