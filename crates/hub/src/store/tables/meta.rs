//! Facts about the store itself.

use std::fmt::Display;
use std::str::FromStr;

use deskbell_protocol::{Generation, HubId};
use rusqlite::{Connection, OptionalExtension, params};

use crate::store::StoreError;

/// The generation of the store; created when it is first opened.
pub(crate) fn generation(conn: &Connection) -> Result<Generation, StoreError> {
    get_or_insert(conn, "generation", Generation::fresh)
}

/// Begins a new generation of the store, which invalidates all cursors into the old one.
pub(crate) fn renew_generation(conn: &Connection) -> Result<(), StoreError> {
    conn.execute("DELETE FROM meta WHERE name = 'generation'", [])?;
    generation(conn).map(|_fresh| ())
}

/// The id of the hub; created when the store is first opened, and kept in later generations.
pub(crate) fn hub(conn: &Connection) -> Result<HubId, StoreError> {
    get_or_insert(conn, "hub", HubId::fresh)
}

/// The secret that authenticates page cursors.
pub(crate) fn cursor_secret(conn: &Connection) -> Result<String, StoreError> {
    let mut statement = conn.prepare_cached("SELECT value FROM meta WHERE name = 'cursors'")?;
    Ok(statement.query_row([], |row| row.get(0))?)
}

/// Creates the secret for page cursors, if there is none.
pub(crate) fn make_cursor_secret(conn: &Connection) -> Result<(), StoreError> {
    conn.execute(
        "INSERT INTO meta (name, value) VALUES ('cursors', hex(randomblob(32))) ON CONFLICT (name) DO NOTHING",
        [],
    )?;
    Ok(())
}

/// Reads a value, or stores a fresh one.
fn get_or_insert<T: Display + FromStr>(
    conn: &Connection,
    name: &str,
    fresh: impl Fn() -> T,
) -> Result<T, StoreError> {
    let known: Option<String> = conn
        .prepare_cached("SELECT value FROM meta WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()?;
    if let Some(known) = known.and_then(|text| text.parse().ok()) {
        return Ok(known);
    }
    let fresh = fresh();
    conn.execute(
        "INSERT INTO meta (name, value) VALUES (?1, ?2)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        params![name, fresh.to_string()],
    )?;
    Ok(fresh)
}

/// Writes this many bytes and deletes them, to see whether the disk has space for them. Fails at the latest when the
/// transaction commits.
pub(crate) fn probe_write(conn: &Connection, bytes: u32) -> Result<(), StoreError> {
    conn.execute(
        "INSERT INTO meta (name, value) VALUES ('trial', hex(zeroblob(?1)))
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        [bytes / 2],
    )?;
    conn.execute("DELETE FROM meta WHERE name = 'trial'", [])?;
    Ok(())
}
