//! The one row of what is known about the hub: cursor, agent, settings, queues and accounts.

use deskbell_protocol::{Agent, Cursor, Generation, HubSettings, LogPosition, Queue, QueueId};
use rusqlite::{Connection, params};

use super::commit::Commit;
use super::sql::{Id, from_json, from_json_or_null, json};
use super::{Cache, CacheError};

/// How far the log has been applied.
pub(super) fn cursor(sql: &Connection) -> Result<Option<Cursor>, CacheError> {
    let (generation, position): (Option<[u8; 16]>, Option<i64>) = sql
        .prepare_cached("SELECT generation, position FROM state")?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(generation.zip(position).map(|(generation, position)| Cursor {
        generation: Generation::of(generation),
        position: LogPosition(position),
    }))
}

/// Moves the cursor; never back.
pub(super) fn advance(sql: &Connection, upto: LogPosition) -> Result<(), CacheError> {
    sql.prepare_cached("UPDATE state SET position = max(coalesce(position, 0), ?1)")?.execute([upto.0])?;
    Ok(())
}

/// The generation of the hub's store that the rows are from.
pub(super) fn generation(sql: &Connection) -> Result<Option<Generation>, CacheError> {
    let generation: Option<[u8; 16]> = sql.query_row("SELECT generation FROM state", [], |row| row.get(0))?;
    Ok(generation.map(Id::of))
}

/// The agent that was signed in last.
pub(super) fn agent(sql: &Connection) -> Result<Option<Agent>, CacheError> {
    Ok(sql.prepare_cached("SELECT agent FROM state")?.query_row([], |row| from_json_or_null(row, 0))?)
}

/// The hub's settings.
pub(super) fn hub(sql: &Connection) -> Result<Option<HubSettings>, CacheError> {
    Ok(sql.prepare_cached("SELECT hub FROM state")?.query_row([], |row| from_json_or_null(row, 0))?)
}

/// The agent's queues.
pub(super) fn queues(sql: &Connection) -> Result<Vec<Queue>, CacheError> {
    Ok(sql.prepare_cached("SELECT queues FROM state")?.query_row([], |row| from_json(row, 0))?)
}

/// Replaces the stored queues by the hub's list. The UI reads them with a snapshot.
pub(super) fn set_queues(commit: &mut Commit<'_>, queues: &[Queue]) -> Result<(), CacheError> {
    if self::queues(commit.sql)? != queues {
        commit.sql.execute("UPDATE state SET queues = ?1", [json(&queues)?])?;
        commit.resync = true;
    }
    Ok(())
}

/// Deletes a queue that the agent has left.
pub(super) fn leave_queue(commit: &mut Commit<'_>, queue: QueueId) -> Result<(), CacheError> {
    let mut left = queues(commit.sql)?;
    left.retain(|known| known.id != queue);
    set_queues(commit, &left)
}

impl Cache {
    /// Where the log is continued.
    pub(crate) async fn cursor(&self) -> Result<Option<Cursor>, CacheError> {
        self.read(cursor).await
    }

    /// The hub's settings, as told with the last welcome.
    pub(crate) async fn hub_settings(&self) -> Result<Option<HubSettings>, CacheError> {
        self.read(hub).await
    }

    /// Stores who is signed in and the hub's settings. The UI reads both with a snapshot.
    pub(crate) async fn welcome(&self, me: Agent, settings: HubSettings) -> Result<(), CacheError> {
        self.write(move |commit: &mut Commit<'_>| {
            if agent(commit.sql)?.as_ref() != Some(&me) || hub(commit.sql)?.as_ref() != Some(&settings) {
                commit.sql.execute(
                    "UPDATE state SET agent = ?1, hub = ?2",
                    params![json(&me)?, json(&settings)?],
                )?;
                commit.resync = true;
            }
            Ok(())
        })
        .await
    }

    /// Stores the agent's queues.
    pub(crate) async fn set_queues(&self, queues: Vec<Queue>) -> Result<(), CacheError> {
        self.write(move |commit: &mut Commit<'_>| set_queues(commit, &queues)).await
    }
}
