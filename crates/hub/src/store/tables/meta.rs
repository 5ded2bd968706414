//! Facts about the store itself.

use deskbell_protocol::Generation;
use rusqlite::{Connection, OptionalExtension, params};

use crate::store::error::StoreError;

/// Which life of the store this is; made at the first opening.
pub(in crate::store) fn generation(conn: &Connection) -> Result<Generation, StoreError> {
    let known: Option<String> = conn
        .prepare_cached("SELECT value FROM meta WHERE name = 'generation'")?
        .query_row([], |row| row.get(0))
        .optional()?;
    if let Some(generation) = known.and_then(|text| text.parse().ok()) {
        return Ok(generation);
    }
    let fresh = Generation::fresh();
    conn.execute(
        "INSERT INTO meta (name, value) VALUES ('generation', ?1)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        params![fresh.to_string()],
    )?;
    Ok(fresh)
}
