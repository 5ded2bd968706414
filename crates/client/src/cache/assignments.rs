//! The contacts that are assigned to the agent.

use std::collections::BTreeSet;

use deskbell_protocol::{Assignment, ContactId, LogPosition};
use rusqlite::{Connection, OptionalExtension};

use super::commit::Commit;
use super::sql::{Id, from_json, id, json, put_newer};
use super::{CacheError, backfill, contacts};

/// Writes the row if it is newer than the stored one. An assigned contact that is not stored yet is
/// read by the backfill.
pub(super) fn put(commit: &mut Commit<'_>, row: &Assignment) -> Result<(), CacheError> {
    let columns: [(&str, &dyn rusqlite::ToSql); 3] =
        [("contact", &row.contact.bytes()), ("assigned", &row.assigned), ("row", &json(row)?)];
    if !put_newer(commit.sql, "assignment", "contact", &columns, row.version)? {
        return Ok(());
    }
    commit.assignments.insert(row.contact, row.clone());
    if !row.assigned {
        contacts::delete_unneeded(commit, row.contact)?;
    } else if contacts::find(commit.sql, row.contact)?.is_none() {
        backfill::contact(commit, row.contact)?;
    }
    Ok(())
}

/// The row of a contact, also of one that is no longer assigned.
pub(super) fn find(sql: &Connection, contact: ContactId) -> Result<Option<Assignment>, CacheError> {
    let mut query = sql.prepare_cached("SELECT row FROM assignment WHERE contact = ?1")?;
    Ok(query.query_row([contact.bytes()], |row| from_json(row, 0)).optional()?)
}

/// The rows of the assigned contacts.
pub(super) fn assigned(sql: &Connection) -> Result<Vec<Assignment>, CacheError> {
    let mut query = sql.prepare_cached("SELECT row FROM assignment WHERE assigned = 1")?;
    let rows = query.query_map([], |row| from_json(row, 0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Replaces the stored rows by the hub's list. Contacts that are not on it are announced as
/// no longer assigned.
pub(super) fn replace(
    commit: &mut Commit<'_>,
    rows: &[Assignment],
    upto: LogPosition,
) -> Result<(), CacheError> {
    let listed: BTreeSet<_> = rows.iter().map(|row| row.contact).collect();
    for mut known in assigned(commit.sql)? {
        if known.version <= upto && !listed.contains(&known.contact) {
            commit
                .sql
                .prepare_cached("DELETE FROM assignment WHERE contact = ?1")?
                .execute([known.contact.bytes()])?;
            known.assigned = false;
            commit.assignments.insert(known.contact, known);
        }
    }
    rows.iter().try_for_each(|row| put(commit, row))?;
    // The others have come with their conversations.
    for contact in without_conversation(commit.sql)? {
        backfill::contact(commit, contact)?;
    }
    Ok(())
}

fn without_conversation(sql: &Connection) -> Result<Vec<ContactId>, CacheError> {
    let mut query = sql.prepare_cached(
        "SELECT contact FROM assignment a WHERE assigned = 1
             AND NOT EXISTS (SELECT 1 FROM conversation WHERE contact = a.contact)",
    )?;
    let rows = query.query_map([], |row| id(row, 0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
