//! One write transaction, from begin to the changes that are announced after the commit.

use deskbell_protocol::{ConversationId, Millis};
use rusqlite::{Connection, TransactionBehavior, params};

use super::commit::{Commit, Reading};
use super::send_rules::SendRules;
use super::sql::Id;
use super::{CacheError, conversations, search};
use crate::api::Changes;
use crate::view::View;

/// More messages than this in one commit are not announced one by one: the UI reads a new snapshot.
const MAX_ANNOUNCED: usize = 500;

/// What a transaction has done.
pub(super) struct Committed<T> {
    pub(super) value: T,
    pub(super) changes: Changes,
    /// Whether the UI has to read a new snapshot.
    pub(super) resync: bool,
}

/// Runs `work` in one transaction: all of it is committed, or nothing.
pub(super) fn run<T>(
    sql: &mut Connection,
    view: View,
    now: Millis,
    work: impl FnOnce(&mut Commit<'_>) -> Result<T, CacheError>,
) -> Result<Committed<T>, CacheError> {
    let transaction = sql.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut commit = Commit::begin(&transaction, view, now);
    let value = work(&mut commit)?;
    let changes = finish(&mut commit)?;
    let resync = commit.resync || changes.messages.len() > MAX_ANNOUNCED;
    drop(commit);
    transaction.commit()?;
    Ok(Committed { value, changes, resync })
}

/// Writes the search index and the read state, and collects the changes.
fn finish(commit: &mut Commit<'_>) -> Result<Changes, CacheError> {
    for (position, words) in commit.take_words() {
        search::index(commit.sql, position, &words)?;
    }
    for (conversation, reading) in commit.take_reading() {
        write_reading(commit.sql, conversation, &reading)?;
    }
    let mut views = Vec::new();
    if !commit.conversations.is_empty() {
        let rules = SendRules::read(commit.sql, commit.now)?;
        for conversation in &commit.conversations {
            commit.conversations_gone.remove(conversation);
            views.extend(conversations::view(commit.sql, &rules, *conversation)?);
        }
    }
    Ok(Changes {
        conversations: views,
        interactions: std::mem::take(&mut commit.interactions).into_values().collect(),
        messages: std::mem::take(&mut commit.messages).into_values().collect(),
        outgoing: std::mem::take(&mut commit.outgoing).into_values().collect(),
        outgoing_gone: std::mem::take(&mut commit.outgoing_gone).into_iter().collect(),
        offers: std::mem::take(&mut commit.offers).into_values().collect(),
        statuses: std::mem::take(&mut commit.statuses),
        conversations_gone: std::mem::take(&mut commit.conversations_gone).into_iter().collect(),
        contacts: std::mem::take(&mut commit.contacts).into_values().collect(),
        assignments: std::mem::take(&mut commit.assignments).into_values().collect(),
        accounts_health: std::mem::take(&mut commit.accounts_health).into_values().collect(),
    })
}

fn write_reading(
    sql: &Connection,
    conversation: ConversationId,
    reading: &Reading,
) -> Result<(), CacheError> {
    let id = conversation.bytes();
    if let Some(upto) = reading.upto {
        sql.prepare_cached(
            "INSERT INTO reading (conversation, seen, unread) VALUES (?1, ?2, ?3)
             ON CONFLICT (conversation) DO UPDATE SET seen = max(coalesce(seen, 0), ?2), unread = ?3",
        )?
        .execute(params![id, upto.0, reading.unread])?;
    } else {
        sql.prepare_cached(
            "INSERT INTO reading (conversation, seen, unread) VALUES (?1, NULL, ?2)
             ON CONFLICT (conversation) DO UPDATE SET unread = unread + ?2",
        )?
        .execute(params![id, reading.unread])?;
    }
    Ok(())
}
