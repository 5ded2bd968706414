//! Customers.

use deskbell_protocol::{ContactId, Millis};
use rusqlite::{Connection, params};

use crate::store::error::StoreError;
use crate::store::values::Key;

pub(in crate::store) fn insert(
    conn: &Connection,
    id: ContactId,
    name: &str,
    now: Millis,
) -> Result<(), StoreError> {
    conn.prepare_cached("INSERT INTO contacts (id, name, created_at) VALUES (?1, ?2, ?3)")?
        .execute(params![Key(id), name, now.0])?;
    Ok(())
}

pub(in crate::store) fn rename(conn: &Connection, id: ContactId, name: &str) -> Result<(), StoreError> {
    conn.prepare_cached("UPDATE contacts SET name = ?2 WHERE id = ?1")?.execute(params![Key(id), name])?;
    Ok(())
}
