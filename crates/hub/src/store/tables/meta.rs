//! Facts about the store itself.

use std::fmt::Display;
use std::str::FromStr;

use deskbell_protocol::{Generation, HubId};
use rusqlite::{Connection, OptionalExtension, params};

use crate::store::StoreError;

/// Which life of the store this is; made at the first opening.
pub(crate) fn generation(conn: &Connection) -> Result<Generation, StoreError> {
    once(conn, "generation", Generation::fresh)
}

/// Begins another life of the store: no cursor into the old one means anything any more.
pub(crate) fn renew_generation(conn: &Connection) -> Result<(), StoreError> {
    conn.execute("DELETE FROM meta WHERE name = 'generation'", [])?;
    generation(conn).map(|_fresh| ())
}

/// Whose store this is; made at the first opening, and the same in every later life.
pub(crate) fn hub(conn: &Connection) -> Result<HubId, StoreError> {
    once(conn, "hub", HubId::fresh)
}

/// What proves that a cursor was made here.
pub(crate) fn cursor_secret(conn: &Connection) -> Result<String, StoreError> {
    let mut statement = conn.prepare_cached("SELECT value FROM meta WHERE name = 'cursors'")?;
    Ok(statement.query_row([], |row| row.get(0))?)
}

/// Makes that once.
pub(crate) fn make_cursor_secret(conn: &Connection) -> Result<(), StoreError> {
    conn.execute(
        "INSERT INTO meta (name, value) VALUES ('cursors', hex(randomblob(32))) ON CONFLICT (name) DO NOTHING",
        [],
    )?;
    Ok(())
}

fn once<T: Display + FromStr>(conn: &Connection, name: &str, fresh: impl Fn() -> T) -> Result<T, StoreError> {
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

/// Writes as many bytes and takes them out again: whether there is room for them shows at the latest with the
/// commit.
pub(crate) fn write_and_forget(conn: &Connection, bytes: u32) -> Result<(), StoreError> {
    conn.execute(
        "INSERT INTO meta (name, value) VALUES ('trial', hex(zeroblob(?1)))
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        [bytes / 2],
    )?;
    conn.execute("DELETE FROM meta WHERE name = 'trial'", [])?;
    Ok(())
}
