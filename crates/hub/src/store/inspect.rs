//! Looking at a store from outside, without changing it: for an administrator's check, also beside a
//! running hub.

use std::path::Path;
use std::time::Duration;

use deskbell_protocol::Millis;
use rusqlite::{Connection, OpenFlags};

/// What a look at the file showed.
pub(crate) struct Seen {
    /// The schema it has; 0 when nothing was made in it yet.
    pub(crate) schema: i64,
    /// `ok`, or the first damage that SQLite found.
    pub(crate) check: String,
    /// When the newest entry of the log was written.
    pub(crate) newest: Option<Millis>,
}

/// Opens the file for reading only and looks through its pages.
///
/// # Errors
/// When it cannot be read as a store at all.
pub(crate) fn inspect(path: &Path) -> rusqlite::Result<Seen> {
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
    Ok(Seen { schema, check, newest })
}
