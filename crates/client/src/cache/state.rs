//! What the engine knows about its hub: one row.

use deskbell_protocol::{Agent, Cursor, Generation, HubSettings, LogPosition, Queue, QueueId};
use rusqlite::{Connection, params};

use super::commit::Commit;
use super::sql::{Id, from_json, from_json_or_null, json};
use super::{Cache, CacheError};

/// How far the log has been read.
pub(super) fn cursor(sql: &Connection) -> Result<Option<Cursor>, CacheError> {
    let (generation, position): (Option<[u8; 16]>, Option<i64>) = sql
        .prepare_cached("SELECT generation, position FROM state")?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(generation.zip(position).map(|(generation, position)| Cursor {
        generation: Generation::of(generation),
        position: LogPosition(position),
    }))
}

pub(super) fn advance(sql: &Connection, upto: LogPosition) -> Result<(), CacheError> {
    sql.prepare_cached("UPDATE state SET position = max(coalesce(position, 0), ?1)")?.execute([upto.0])?;
    Ok(())
}

pub(super) fn generation(sql: &Connection) -> Result<Option<Generation>, CacheError> {
    let generation: Option<[u8; 16]> = sql.query_row("SELECT generation FROM state", [], |row| row.get(0))?;
    Ok(generation.map(Id::of))
}

pub(super) fn agent(sql: &Connection) -> Result<Option<Agent>, CacheError> {
    Ok(sql.prepare_cached("SELECT agent FROM state")?.query_row([], |row| from_json_or_null(row, 0))?)
}

pub(super) fn hub(sql: &Connection) -> Result<Option<HubSettings>, CacheError> {
    Ok(sql.prepare_cached("SELECT hub FROM state")?.query_row([], |row| from_json_or_null(row, 0))?)
}

pub(super) fn queues(sql: &Connection) -> Result<Vec<Queue>, CacheError> {
    Ok(sql.prepare_cached("SELECT queues FROM state")?.query_row([], |row| from_json(row, 0))?)
}

/// Puts the hub's list of my queues in place of ours. The UI has them from its snapshot alone.
pub(super) fn set_queues(commit: &mut Commit<'_>, queues: &[Queue]) -> Result<(), CacheError> {
    if self::queues(commit.sql)? != queues {
        commit.sql.execute("UPDATE state SET queues = ?1", [json(&queues)?])?;
        commit.read_anew = true;
    }
    Ok(())
}

pub(super) fn leave_queue(commit: &mut Commit<'_>, queue: QueueId) -> Result<(), CacheError> {
    let mut left = queues(commit.sql)?;
    left.retain(|known| known.id != queue);
    set_queues(commit, &left)
}

impl Cache {
    /// Where to go on reading the log.
    pub(crate) async fn cursor(&self) -> Result<Option<Cursor>, CacheError> {
        self.read(cursor).await
    }

    /// The agent that was signed in last, and what the hub set.
    pub(crate) async fn hub_settings(&self) -> Result<Option<HubSettings>, CacheError> {
        self.read(hub).await
    }

    /// Notes who is signed in and what the hub has set. The UI has both from its snapshot alone.
    pub(crate) async fn welcome(&self, me: Agent, settings: HubSettings) -> Result<(), CacheError> {
        self.write(move |commit: &mut Commit<'_>| {
            if agent(commit.sql)?.as_ref() != Some(&me) || hub(commit.sql)?.as_ref() != Some(&settings) {
                commit.sql.execute(
                    "UPDATE state SET agent = ?1, hub = ?2",
                    params![json(&me)?, json(&settings)?],
                )?;
                commit.read_anew = true;
            }
            Ok(())
        })
        .await
    }

    /// Notes my queues.
    pub(crate) async fn set_queues(&self, queues: Vec<Queue>) -> Result<(), CacheError> {
        self.write(move |commit: &mut Commit<'_>| set_queues(commit, &queues)).await
    }
}
