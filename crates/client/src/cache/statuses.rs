//! The agent's readiness per channel.

use deskbell_protocol::{AgentId, ChannelStatus, LogPosition};
use rusqlite::{Connection, params};

use super::CacheError;
use super::commit::Commit;
use super::sql::{Id, from_json, json, put_newer, word};

/// Writes the row if it is newer than the stored one.
pub(super) fn put(commit: &mut Commit<'_>, row: &ChannelStatus) -> Result<(), CacheError> {
    let columns: [(&str, &dyn rusqlite::ToSql); 3] =
        [("agent", &row.agent.bytes()), ("channel", &word(&row.channel)?), ("row", &json(row)?)];
    if put_newer(commit.sql, "status", "agent, channel", &columns, row.version)? {
        commit.statuses.retain(|known| (known.agent, known.channel) != (row.agent, row.channel));
        commit.statuses.push(row.clone());
    }
    Ok(())
}

/// Replaces the stored rows by the hub's list.
pub(super) fn replace(
    commit: &mut Commit<'_>,
    rows: &[ChannelStatus],
    upto: LogPosition,
) -> Result<(), CacheError> {
    commit.sql.execute("DELETE FROM status WHERE version <= ?1", params![upto.0])?;
    rows.iter().try_for_each(|row| put(commit, row))
}

pub(super) fn of(sql: &Connection, agent: AgentId) -> Result<Vec<ChannelStatus>, CacheError> {
    let mut query = sql.prepare_cached("SELECT row FROM status WHERE agent = ?1 ORDER BY channel")?;
    let rows = query.query_map([agent.bytes()], |row| from_json(row, 0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
