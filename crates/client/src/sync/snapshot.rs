//! The snapshot, and with it the list of all conversations.

use deskbell_protocol::Cursor;

use super::SyncError;
use crate::cache::Cache;
use crate::http_client::{ApiClient, ConversationFilter};

/// Reads the snapshot and all conversations, and reconciles the cache with them; the transcripts are left to
/// the backfill. Returns where the log is continued.
pub(crate) async fn read_snapshot(cache: &Cache, client: &ApiClient) -> Result<Cursor, SyncError> {
    let snapshot = client.snapshot().await?;
    let cursor = Cursor { generation: snapshot.generation, position: snapshot.head };
    let round = cache.begin_round(snapshot.generation).await?;
    let mut after = None;
    loop {
        let page = client.conversations(ConversationFilter::All, after.as_deref()).await?;
        cache.take_round(round, snapshot.head, page.conversations).await?;
        if page.next.is_none() || page.next == after {
            break;
        }
        after = page.next;
    }
    cache.end_round(round, snapshot).await?;
    Ok(cursor)
}
