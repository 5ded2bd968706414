//! Opening the database: the settings of SQLite, and the numbered migrations. A released migration is never
//! edited; a change is a new migration.

use std::path::Path;

use rusqlite::Connection;
use rusqlite::config::DbConfig;

use crate::store::StoreError;

/// The migrations in order; the first makes schema 1.
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
    include_str!("migrations/014_channels.sql"),
];

/// The newest schema version that this program knows.
pub(crate) fn known_schema() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

/// Opens the writing connection and migrates the file to the newest schema.
///
/// # Errors
///
/// `Newer` if the file has a schema that this program does not know; if it cannot be opened or migrated.
pub(crate) fn open(path: &Path) -> Result<Connection, StoreError> {
    let conn = Connection::open(path)?;
    conn.busy_timeout(std::time::Duration::from_secs(5))?;
    conn.set_prepared_statement_cache_capacity(256);
    keep_query_plans(&conn)?;
    // synchronous = FULL: what was acknowledged is on disk even if the power fails. temp_store = MEMORY: a file for
    // the journal of a savepoint would be written and discarded with every transaction.
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

/// Makes SQLite plan a statement once instead of again for the values bound to it, which took half of the writer's
/// time (SQLite, "Query Planner Stability Guarantee").
pub(crate) fn keep_query_plans(conn: &Connection) -> Result<(), StoreError> {
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
