//! The interactions of the stored conversations.

use std::collections::BTreeSet;

use deskbell_protocol::{AgentId, ConversationId, Interaction, InteractionId, InteractionState, LogPosition};
use rusqlite::{Connection, OptionalExtension, params};

use super::CacheError;
use super::commit::Commit;
use super::sql::{Id, from_json, json, put_newer, word};

/// Writes the row if it is newer than the stored one.
pub(super) fn put(commit: &mut Commit<'_>, row: &Interaction) -> Result<(), CacheError> {
    let columns: [(&str, &dyn rusqlite::ToSql); 6] = [
        ("id", &row.id.bytes()),
        ("conversation", &row.conversation.bytes()),
        ("queue", &row.queue.bytes()),
        ("agent", &row.agent.map(Id::bytes)),
        ("state", &word(&row.state)?),
        ("row", &json(row)?),
    ];
    if put_newer(commit.sql, "interaction", "id", &columns, row.version)? {
        commit.interactions.insert(row.id, row.clone());
    }
    Ok(())
}

pub(super) fn find(sql: &Connection, interaction: InteractionId) -> Result<Option<Interaction>, CacheError> {
    let mut query = sql.prepare_cached("SELECT row FROM interaction WHERE id = ?1")?;
    Ok(query.query_row([interaction.bytes()], |row| from_json(row, 0)).optional()?)
}

/// The interactions that an agent holds: active, or ended and not done.
pub(super) fn held_by(sql: &Connection, agent: AgentId) -> Result<Vec<Interaction>, CacheError> {
    let mut query = sql.prepare_cached(
        "SELECT row FROM interaction WHERE agent = ?1 AND state IN ('active', 'ended') ORDER BY id",
    )?;
    let rows = query.query_map([agent.bytes()], |row| from_json(row, 0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn of(sql: &Connection, conversation: ConversationId) -> Result<Vec<Interaction>, CacheError> {
    let mut query = sql.prepare_cached("SELECT row FROM interaction WHERE conversation = ?1")?;
    let rows = query.query_map([conversation.bytes()], |row| from_json(row, 0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Deletes the interactions of a conversation that the hub no longer lists. They are announced as done.
pub(super) fn keep_listed(
    commit: &mut Commit<'_>,
    conversation: ConversationId,
    listed: &BTreeSet<InteractionId>,
    upto: LogPosition,
) -> Result<(), CacheError> {
    for mut interaction in of(commit.sql, conversation)? {
        if interaction.version > upto || listed.contains(&interaction.id) {
            continue;
        }
        commit
            .sql
            .prepare_cached("DELETE FROM interaction WHERE id = ?1 AND version <= ?2")?
            .execute(params![interaction.id.bytes(), upto.0])?;
        interaction.state = InteractionState::Done;
        commit.interactions.insert(interaction.id, interaction);
    }
    Ok(())
}

pub(super) fn delete_of(sql: &Connection, conversation: ConversationId) -> Result<(), CacheError> {
    sql.prepare_cached("DELETE FROM interaction WHERE conversation = ?1")?.execute([conversation.bytes()])?;
    Ok(())
}
