//! When messaging windows close: the conversations whose permission to send changes with time alone.

use deskbell_protocol::{ConversationId, Millis};
use rusqlite::{Connection, params};

use super::commit::Commit;
use super::sql::id;
use super::{Cache, CacheError};

fn between(sql: &Connection, from: Millis, upto: Millis) -> Result<Vec<ConversationId>, CacheError> {
    let mut query =
        sql.prepare_cached("SELECT id FROM conversation WHERE window_until > ?1 AND window_until <= ?2")?;
    let rows = query.query_map(params![from.0, upto.0], |row| id(row, 0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

impl Cache {
    /// The next time at which a window closes, by the hub's clock; none if no window is open.
    pub(crate) async fn next_window_close(&self, now: Millis) -> Result<Option<Millis>, CacheError> {
        self.read(move |sql| {
            let next: Option<i64> = sql
                .prepare_cached("SELECT min(window_until) FROM conversation WHERE window_until > ?1")?
                .query_row([now.0], |row| row.get(0))?;
            Ok(next.map(Millis))
        })
        .await
    }

    /// Announces the conversations whose window ends between these two times of the hub's clock, in either
    /// order.
    pub(crate) async fn announce_windows(&self, one: Millis, other: Millis) -> Result<(), CacheError> {
        let (from, upto) = (one.min(other), one.max(other));
        if self.read(move |sql| Ok(between(sql, from, upto)?.is_empty())).await? {
            return Ok(());
        }
        self.write(move |commit: &mut Commit<'_>| {
            commit.conversations.extend(between(commit.sql, from, upto)?);
            Ok(())
        })
        .await
    }

    /// Completes when a conversation has changed since the last call, and with it perhaps the next time at
    /// which a window closes.
    pub(crate) async fn conversations_changed(&self) {
        self.changed_conversations().notified().await;
    }
}
