//! The contacts of stored conversations, and those that are assigned to the agent.

use deskbell_protocol::{Contact, ContactId};
use rusqlite::{Connection, OptionalExtension};

use super::CacheError;
use super::commit::Commit;
use super::sql::{Id, from_json, json, put_newer};

/// Writes the row if it is newer than the stored one.
pub(super) fn put(commit: &mut Commit<'_>, row: &Contact) -> Result<(), CacheError> {
    let columns: [(&str, &dyn rusqlite::ToSql); 2] = [("id", &row.id.bytes()), ("row", &json(row)?)];
    if put_newer(commit.sql, "contact", "id", &columns, row.version)? {
        commit.contacts.insert(row.id, row.clone());
    }
    Ok(())
}

pub(super) fn find(sql: &Connection, contact: ContactId) -> Result<Option<Contact>, CacheError> {
    let mut query = sql.prepare_cached("SELECT row FROM contact WHERE id = ?1")?;
    Ok(query.query_row([contact.bytes()], |row| from_json(row, 0)).optional()?)
}

/// Deletes a contact that has no conversation here and is not assigned.
pub(super) fn delete_unneeded(commit: &mut Commit<'_>, contact: ContactId) -> Result<(), CacheError> {
    let gone = commit
        .sql
        .prepare_cached(
            "DELETE FROM contact WHERE id = ?1
                 AND NOT EXISTS (SELECT 1 FROM conversation WHERE contact = ?1)
                 AND NOT EXISTS (SELECT 1 FROM assignment WHERE contact = ?1 AND assigned = 1)",
        )?
        .execute([contact.bytes()])?;
    if gone > 0 {
        commit.contacts.remove(&contact);
    }
    Ok(())
}

/// Deletes all contacts that have no conversation here and are not assigned.
pub(super) fn delete_all_unneeded(sql: &Connection) -> Result<(), CacheError> {
    sql.execute(
        "DELETE FROM contact WHERE id NOT IN (SELECT contact FROM conversation)
             AND id NOT IN (SELECT contact FROM assignment WHERE assigned = 1)",
        [],
    )?;
    Ok(())
}
