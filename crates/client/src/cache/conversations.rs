//! The conversations, and what the list shows with each: unread count, draft and permission to send.

use deskbell_protocol::{
    ContactId, Conversation, ConversationId, Evidence, LogPosition, Millis, Position, QueueId,
};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::commit::Commit;
use super::send_rules::SendRules;
use super::sql::{Id, from_json_or_null, from_word, id, json, word};
use super::{CacheError, contacts, messages};
use crate::api::ConversationView;

const COLUMNS: &str =
    "c.id, c.queue, c.channel, c.account, c.contact, c.contact_name, c.address, c.window_until,
    c.last_position, c.last_at, c.preview, c.version, coalesce(r.unread, 0), d.body,
    d.begun_on, c.evidence";

const TABLES: &str = "conversation c
    LEFT JOIN reading r ON r.conversation = c.id LEFT JOIN draft d ON d.conversation = c.id";

fn read_row(row: &Row<'_>) -> rusqlite::Result<Conversation> {
    Ok(Conversation {
        id: id(row, 0)?,
        queue: id(row, 1)?,
        channel: from_word(row, 2)?,
        account: id(row, 3)?,
        contact: id(row, 4)?,
        contact_name: row.get(5)?,
        address: row.get(6)?,
        window_until: row.get::<_, Option<i64>>(7)?.map(Millis),
        evidence: from_json_or_null(row, 15)?.unwrap_or_default(),
        last_position: row.get::<_, Option<i64>>(8)?.map(Position),
        last_at: row.get::<_, Option<i64>>(9)?.map(Millis),
        preview: row.get(10)?,
        version: LogPosition(row.get(11)?),
    })
}

fn read(row: &Row<'_>, rules: &SendRules) -> rusqlite::Result<ConversationView> {
    let conversation = read_row(row)?;
    Ok(ConversationView {
        send: rules.permission(&conversation),
        conversation,
        unread: row.get(12)?,
        draft: row.get(13)?,
        draft_begun_on: row.get::<_, Option<i64>>(14)?.map(Position),
    })
}

/// Writes the row if it is newer than the stored one. Whether it was.
pub(super) fn put(commit: &mut Commit<'_>, row: &Conversation) -> Result<bool, CacheError> {
    let contact = contact_of(commit.sql, row.id)?;
    let place = row.last_position.map_or(0, |position| position.0);
    let known = row.evidence != Evidence::default();
    let evidence = if known { Some(json(&row.evidence)?) } else { None };
    let newer = commit
        .sql
        .prepare_cached(
            "INSERT INTO conversation (id, queue, channel, account, contact, contact_name, address, window_until,
                 last_position, last_at, preview, version, place, evidence, round)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, 0)
             ON CONFLICT (id) DO UPDATE SET queue = ?2, channel = ?3, account = ?4, contact = ?5, contact_name = ?6,
                 address = ?7, window_until = ?8, last_position = ?9, last_at = ?10, preview = ?11, version = ?12,
                 place = ?13, evidence = ?14
             WHERE ?12 > version",
        )?
        .execute(params![
            row.id.bytes(),
            row.queue.bytes(),
            word(&row.channel)?,
            row.account.bytes(),
            row.contact.bytes(),
            row.contact_name,
            row.address,
            row.window_until.map(|at| at.0),
            row.last_position.map(|position| position.0),
            row.last_at.map(|at| at.0),
            row.preview,
            row.version.0,
            place,
            evidence
        ])?;
    if newer > 0 {
        commit.conversations.insert(row.id);
        if let Some(former) = contact.filter(|contact| *contact != row.contact) {
            // The conversation was merged into another contact.
            contacts::delete_unneeded(commit, former)?;
        }
    }
    Ok(newer > 0)
}

pub(super) fn contact_of(
    sql: &Connection,
    conversation: ConversationId,
) -> Result<Option<ContactId>, CacheError> {
    let mut query = sql.prepare_cached("SELECT contact FROM conversation WHERE id = ?1")?;
    Ok(query.query_row([conversation.bytes()], |row| id(row, 0)).optional()?)
}

/// Marks a conversation as listed by the hub in this round.
pub(super) fn set_listed(
    sql: &Connection,
    conversation: ConversationId,
    round: i64,
) -> Result<(), CacheError> {
    sql.prepare_cached("UPDATE conversation SET round = ?2 WHERE id = ?1")?
        .execute(params![conversation.bytes(), round])?;
    Ok(())
}

/// The conversations that the hub did not list in this round, and that have not changed since.
pub(super) fn unlisted(
    sql: &Connection,
    round: i64,
    upto: LogPosition,
    queue: Option<QueueId>,
) -> Result<Vec<ConversationId>, CacheError> {
    let mut query = sql.prepare_cached(
        "SELECT id FROM conversation WHERE round <> ?1 AND version <= ?2 AND (?3 IS NULL OR queue = ?3)",
    )?;
    let rows = query.query_map(params![round, upto.0, queue.map(Id::bytes)], |row| id(row, 0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// All conversations of a queue, also those of which only interactions or offers are stored.
pub(super) fn of_queue(sql: &Connection, queue: QueueId) -> Result<Vec<ConversationId>, CacheError> {
    let mut query = sql.prepare_cached(
        "SELECT id FROM conversation WHERE queue = ?1 UNION SELECT conversation FROM interaction WHERE queue = ?1
         UNION SELECT conversation FROM offer WHERE queue = ?1",
    )?;
    let rows = query.query_map(params![queue.bytes()], |row| id(row, 0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The row alone.
pub(super) fn find(
    sql: &Connection,
    conversation: ConversationId,
) -> Result<Option<Conversation>, CacheError> {
    let mut query = sql.prepare_cached(&format!("SELECT {COLUMNS} FROM {TABLES} WHERE c.id = ?1"))?;
    Ok(query.query_row([conversation.bytes()], read_row).optional()?)
}

/// The conversation as the UI shows it.
pub(super) fn view(
    sql: &Connection,
    rules: &SendRules,
    conversation: ConversationId,
) -> Result<Option<ConversationView>, CacheError> {
    let mut query = sql.prepare_cached(&format!("SELECT {COLUMNS} FROM {TABLES} WHERE c.id = ?1"))?;
    Ok(query.query_row([conversation.bytes()], |row| read(row, rules)).optional()?)
}

/// The conversations with a contact, newest message first.
pub(super) fn of_contact(
    sql: &Connection,
    rules: &SendRules,
    contact: ContactId,
) -> Result<Vec<ConversationView>, CacheError> {
    let mut query = sql.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM {TABLES} WHERE c.contact = ?1 ORDER BY c.place DESC"
    ))?;
    let rows = query.query_map([contact.bytes()], |row| read(row, rules))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The conversations with all assigned contacts, newest message first.
pub(super) fn of_assigned(sql: &Connection, rules: &SendRules) -> Result<Vec<ConversationView>, CacheError> {
    let mut query = sql.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM {TABLES} WHERE c.contact IN (SELECT contact FROM assignment WHERE assigned = 1)
         ORDER BY c.place DESC"
    ))?;
    let rows = query.query_map([], |row| read(row, rules))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Conversations whose newest message lies before a position, newest first.
pub(super) fn newest(
    sql: &Connection,
    rules: &SendRules,
    before: Option<Position>,
    limit: u32,
) -> Result<Vec<ConversationView>, CacheError> {
    let mut query = sql.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM {TABLES} WHERE c.place < ?1 ORDER BY c.place DESC LIMIT ?2"
    ))?;
    let rows =
        query.query_map(params![before.map_or(i64::MAX, |place| place.0), limit], |row| read(row, rules))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Marks all messages of a conversation as read.
pub(super) fn mark_read(commit: &mut Commit<'_>, conversation: ConversationId) -> Result<(), CacheError> {
    let unread: Option<u32> = commit
        .sql
        .prepare_cached("SELECT unread FROM reading WHERE conversation = ?1")?
        .query_row([conversation.bytes()], |row| row.get(0))
        .optional()?;
    if unread.is_some_and(|unread| unread > 0) {
        let end = messages::end(commit.sql, conversation)?.unwrap_or(Position(0));
        commit.mark_read(conversation, end);
    }
    Ok(())
}

/// Up to which message the person has read, if that is known.
pub(super) fn read_upto(
    sql: &Connection,
    conversation: ConversationId,
) -> Result<Option<Position>, CacheError> {
    let seen: Option<Option<i64>> = sql
        .prepare_cached("SELECT seen FROM reading WHERE conversation = ?1")?
        .query_row([conversation.bytes()], |row| row.get(0))
        .optional()?;
    Ok(seen.flatten().map(Position))
}
