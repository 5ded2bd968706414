//! Opening the file: how SQLite is set up, and the numbered migrations. A migration that was ever
//! released is never edited; a change is a new one.

use std::path::Path;

use rusqlite::Connection;
use rusqlite::config::DbConfig;

use crate::store::StoreError;

pub(crate) const MIGRATIONS: &[&str] = &[
    include_str!("migrations/001_first.sql"),
    include_str!("migrations/002_case.sql"),
    include_str!("migrations/003_own_capacity.sql"),
    include_str!("migrations/004_evidence.sql"),
    include_str!("migrations/005_provider_events.sql"),
    include_str!("migrations/006_account_pace.sql"),
    include_str!("migrations/007_contacts.sql"),
    include_str!("migrations/008_template_values.sql"),
    include_str!("migrations/009_state_time.sql"),
    include_str!("migrations/010_own_words.sql"),
    include_str!("migrations/011_participants.sql"),
    include_str!("migrations/012_own_numbers.sql"),
    include_str!("migrations/013_reported_numbers.sql"),
];

/// The schema that this program makes and knows.
pub(crate) fn known_schema() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

/// Opens the connection that writes, and brings the file up to date.
pub(crate) fn open(path: &Path) -> Result<Connection, StoreError> {
    let conn = Connection::open(path)?;
    conn.busy_timeout(std::time::Duration::from_secs(5))?;
    conn.set_prepared_statement_cache_capacity(256);
    plan_once(&conn)?;
    // FULL: what was answered is on disk, also when the power fails. What SQLite sets aside for a savepoint
    // stays in memory: a file for it would be written and thrown away with every transaction.
    conn.execute_batch(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA foreign_keys = ON;
         PRAGMA temp_store = MEMORY;
         PRAGMA journal_size_limit = 67108864;
         PRAGMA wal_autocheckpoint = 4000;
         PRAGMA cache_size = -16384;",
    )?;
    migrate(&conn)?;
    Ok(conn)
}

/// A statement is planned once and not anew for every value bound to it: that planning was half of the
/// writer's time (SQLite, "Query Planner Stability Guarantee").
pub(crate) fn plan_once(conn: &Connection) -> Result<(), StoreError> {
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

fn migrate(conn: &Connection) -> Result<(), StoreError> {
    let found: i64 = conn.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let known = known_schema();
    if found > known {
        return Err(StoreError::Newer { found, known });
    }
    for (number, sql) in (1_i64..).zip(MIGRATIONS) {
        if number > found {
            conn.execute_batch(&format!("BEGIN IMMEDIATE; {sql}; PRAGMA user_version = {number}; COMMIT;"))?;
        }
    }
    Ok(())
}
