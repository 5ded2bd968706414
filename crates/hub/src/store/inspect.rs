//! Inspecting a store without changing it, for `deskbell-hub check` and for backups. The hub may be running.

use std::path::Path;
use std::time::Duration;

use deskbell_protocol::Millis;
use rusqlite::{Connection, OpenFlags};

use crate::store::error::EngineError;

/// What an inspection found.
pub(crate) struct Inspection {
    /// The schema version of the file; 0 if the file is empty.
    pub(crate) schema: i64,
    /// `ok`, or the first damage that SQLite found.
    pub(crate) check: String,
    /// When the newest entry of the log was written.
    pub(crate) newest: Option<Millis>,
}

/// Opens the file read-only and checks its pages.
///
/// # Errors
///
/// If the file cannot be read as a database.
pub(crate) fn inspect(path: &Path) -> Result<Inspection, EngineError> {
    let conn = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    conn.busy_timeout(Duration::from_secs(5))?;
    let schema = conn.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let check = conn.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    let newest = if schema == 0 {
        None
    } else {
        let at = "SELECT at FROM log ORDER BY position DESC LIMIT 1";
        conn.prepare(at)?.query_map([], |row| row.get(0).map(Millis))?.next().transpose()?
    };
    Ok(Inspection { schema, check, newest })
}
