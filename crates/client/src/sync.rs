//! Keeping up with the hub beside its log: the snapshot when the log cannot be continued, and what a grant
//! brings.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use deskbell_protocol::{Cursor, ErrorCode, Millis};

use crate::api::Event;
use crate::cache::{Cache, CacheError, PageIn, What};
use crate::engine::Parts;
use crate::session::End;
use crate::transfer::{Narrowed, Transfer, TransferError};

const DAY: i64 = 24 * 60 * 60 * 1000;

/// For how many days transcripts are kept if the hub has not said.
const DAYS: u32 = 30;

/// How long to wait after a page could not be read, at first and at most.
const WAIT: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(60);

/// How often a page may be garbled before it is given up.
const GARBLED: u32 = 5;

/// How often a page is tried before others have their turn.
const TRIES: u32 = 3;

/// Reads the snapshot and all conversations anew; the transcripts follow by and by. Answers where the log
/// goes on.
pub(crate) async fn read_anew(cache: &Cache, transfer: &Transfer) -> Result<Cursor, End> {
    let snapshot = transfer.snapshot().await?;
    let cursor = Cursor { generation: snapshot.generation, position: snapshot.head };
    let round = cache.begin_round(snapshot.generation).await?;
    let mut after = None;
    loop {
        let page = transfer.conversations(Narrowed::No, after.as_deref()).await?;
        cache.take_round(round, snapshot.head, page.conversations).await?;
        if page.next.is_none() || page.next == after {
            break;
        }
        after = page.next;
    }
    cache.end_round(round, snapshot).await?;
    Ok(cursor)
}

/// Reads by pages what is still to be read, as long as the connection lasts.
pub(crate) async fn page_in(parts: Arc<Parts>, cache: Cache, transfer: Transfer) {
    let mut failures = 0_u32;
    let mut failed: HashMap<What, u32> = HashMap::new();
    let mut read_quietly = false;
    loop {
        let reading = match cache.next_page_in().await {
            Ok(Some(reading)) => reading,
            Ok(None) => {
                if std::mem::take(&mut read_quietly) {
                    parts.announcer.announce(Event::Resync);
                }
                parts.page_in.notified().await;
                continue;
            }
            Err(error) => {
                tracing::warn!(%error, "nothing can be read from the hub into the cache now");
                tokio::time::sleep(LONGEST).await;
                continue;
            }
        };
        let quiet = !reading.is_urgent();
        let trouble = match step(&parts, &cache, &transfer, reading.clone()).await {
            Ok(()) => {
                failures = 0;
                failed.remove(&reading.what);
                read_quietly |= quiet;
                continue;
            }
            Err(trouble) => trouble,
        };
        let tries = failed.entry(reading.what).or_default();
        *tries = tries.saturating_add(1);
        let tries = *tries;
        match trouble {
            Trouble::Hub(error) if is_final(&error, tries) => {
                tracing::info!(%error, "something to read is not there any more");
                failed.remove(&reading.what);
                let _later = cache.drop_page_in(reading).await;
                continue;
            }
            Trouble::Hub(error) => tracing::debug!(%error, "a page could not be read"),
            Trouble::Cache(error) => tracing::warn!(%error, "a page could not be kept"),
        }
        failures = failures.saturating_add(1);
        if tries.is_multiple_of(TRIES) {
            // One page that cannot be read must not keep the others waiting.
            let _later = cache.put_off(reading).await;
        }
        tokio::select! {
            () = tokio::time::sleep(wait(failures)) => {}
            () = parts.page_in.notified() => {}
        }
    }
}

fn wait(failures: u32) -> Duration {
    WAIT.saturating_mul(1_u32.checked_shl(failures.saturating_sub(1)).unwrap_or(u32::MAX)).min(LONGEST)
}

fn is_final(error: &TransferError, failures: u32) -> bool {
    match error {
        TransferError::Unreachable => false,
        TransferError::Garbled => failures >= GARBLED,
        TransferError::Refused(error) => {
            !matches!(error.code, ErrorCode::Unauthorized | ErrorCode::RateLimited | ErrorCode::Unavailable)
        }
    }
}

/// Why a page was not read.
enum Trouble {
    Hub(TransferError),
    Cache(CacheError),
}

impl From<TransferError> for Trouble {
    fn from(error: TransferError) -> Self {
        Self::Hub(error)
    }
}

impl From<CacheError> for Trouble {
    fn from(error: CacheError) -> Self {
        Self::Cache(error)
    }
}

/// Reads one page.
async fn step(parts: &Parts, cache: &Cache, transfer: &Transfer, reading: PageIn) -> Result<(), Trouble> {
    let next = reading.next.clone();
    match reading.what {
        What::Queue(queue) => {
            if next.is_none() {
                // The names of the new queue and of its accounts are nowhere else.
                let snapshot = transfer.snapshot().await?;
                cache.set_queues(snapshot.queues).await?;
                cache.set_accounts(snapshot.accounts).await?;
            }
            let page = transfer.conversations(Narrowed::Queue(queue), next.as_deref()).await?;
            cache.take_conversations(reading, page.conversations, page.next).await?;
        }
        What::Conversation(conversation) => {
            let page = transfer.conversations(Narrowed::Conversation(conversation), next.as_deref()).await?;
            cache.take_conversations(reading, page.conversations, page.next).await?;
        }
        What::Messages(conversation) => {
            let page = transfer.messages(conversation, next.as_deref()).await?;
            cache.take_messages(reading, conversation, page, oldest(parts, cache).await?).await?;
        }
        What::Contact(contact) => cache.take_contact(reading, transfer.contact_row(contact).await?).await?,
    }
    Ok(())
}

/// What is older than this is not kept.
async fn oldest(parts: &Parts, cache: &Cache) -> Result<Millis, CacheError> {
    let days = cache.hub_settings().await?.map_or(DAYS, |hub| hub.cache_days);
    Ok(parts.now().plus(-DAY.saturating_mul(i64::from(days))))
}
