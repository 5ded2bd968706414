//! The errors of the store. They name no type of the database: what it reported is an [`EngineError`].

use std::error::Error;
use std::fmt;

use deskbell_protocol::{ErrorBody, ErrorCode};
use rusqlite::ErrorCode as Sqlite;

/// Why an operation of the store failed. In every case nothing of it was written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The operation is not allowed. The sentence is for the person who asked for it.
    #[error("{}", .0.message)]
    Refused(ErrorBody),
    /// The disk is full, failing or read-only: the same operation may work later.
    #[error("the store cannot be written now ({})", .0.code())]
    Unwritable(#[source] EngineError),
    /// A fault of this program or of the file.
    #[error("the store failed ({})", .0.code())]
    Broken(#[source] EngineError),
    /// A newer version of this program made the store.
    #[error("the store has schema {found}, this program knows {known}: use the newer program")]
    Newer {
        /// The schema of the file.
        found: i64,
        /// The newest schema this program knows.
        known: i64,
    },
    /// A folder or file could not be used.
    #[error("the data folder cannot be used")]
    Folder(#[source] std::io::Error),
    /// The password could not be hashed.
    #[error("the password cannot be used")]
    Password,
    /// The store is shut down.
    #[error("the store is closed")]
    Closed,
}

impl StoreError {
    /// An operation that is not allowed, with a sentence for people.
    pub(crate) fn refused(code: ErrorCode, message: &str) -> Self {
        Self::Refused(ErrorBody::new(code, message))
    }

    /// Something that does not exist or that the agent may not see; `what` names its kind.
    pub(crate) fn not_found(what: &str) -> Self {
        Self::Refused(ErrorBody::new(
            ErrorCode::NotFound,
            format!("This {what} does not exist, or is not yours to see."),
        ))
    }

    /// The transaction was rolled back, so nothing that ran in it was written.
    pub(crate) fn rolled_back() -> Self {
        let ended = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_ABORT_ROLLBACK);
        Self::Unwritable(rusqlite::Error::SqliteFailure(ended, None).into())
    }

    /// Whether the same operation may work later.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Unwritable(_) | Self::Closed)
    }

    /// The error as clients receive it. Details stay in the hub's log.
    #[must_use]
    pub fn body(&self) -> ErrorBody {
        match self {
            Self::Refused(body) => body.clone(),
            Self::Unwritable(_) | Self::Closed => ErrorBody {
                retry_after_ms: Some(crate::limits::RETRY_UNAVAILABLE_MS),
                ..ErrorBody::new(
                    ErrorCode::Unavailable,
                    "The hub cannot store anything now, so this is not done yet. Nothing was lost; it is tried again.",
                )
            },
            _ => ErrorBody::new(
                ErrorCode::Internal,
                "Something went wrong at the hub, so this was not done; nothing was changed. Its log has the details.",
            ),
        }
    }
}

/// An error that the database reported. It is displayed in the words of the database, which may quote values;
/// [`EngineError::code`] does not.
#[derive(Debug)]
pub struct EngineError {
    code: String,
    source: Box<dyn Error + Send + Sync>,
}

impl EngineError {
    /// The code of the database with a few words. It names no row and quotes no value, so it may be logged.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }
}

impl fmt::Display for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.source.fmt(f)
    }
}

impl Error for EngineError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.source()
    }
}

impl From<rusqlite::Error> for EngineError {
    fn from(error: rusqlite::Error) -> Self {
        Self { code: code(&error), source: error.into() }
    }
}

fn code(error: &rusqlite::Error) -> String {
    match error {
        rusqlite::Error::SqliteFailure(failure, _) => {
            format!("SQLite {}: {}", failure.extended_code, rusqlite::ffi::code_to_str(failure.extended_code))
        }
        rusqlite::Error::QueryReturnedNoRows => "no row".to_owned(),
        rusqlite::Error::FromSqlConversionFailure(column, kind, _) => {
            format!("column {column} holds an unreadable {kind}")
        }
        rusqlite::Error::InvalidColumnType(column, _, kind) => format!("column {column} holds a {kind}"),
        rusqlite::Error::ToSqlConversionFailure(_) => "a value cannot be stored".to_owned(),
        _ => "not an answer of SQLite".to_owned(),
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let transient = matches!(
            error.sqlite_error_code(),
            Some(
                Sqlite::DiskFull
                    | Sqlite::SystemIoFailure
                    | Sqlite::ReadOnly
                    | Sqlite::DatabaseBusy
                    | Sqlite::DatabaseLocked
                    | Sqlite::CannotOpen
                    | Sqlite::OutOfMemory
            )
        );
        let error = EngineError::from(error);
        if transient { Self::Unwritable(error) } else { Self::Broken(error) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_of_a_full_disk_names_the_code_and_none_of_what_was_written() {
        let conn = rusqlite::Connection::open_in_memory().unwrap();
        conn.execute_batch("CREATE TABLE notes (text TEXT UNIQUE); INSERT INTO notes VALUES ('Carla');")
            .unwrap();
        let twice = conn.execute("INSERT INTO notes VALUES ('Carla')", []).unwrap_err();
        let logged = StoreError::from(twice).to_string();
        assert!(logged.contains("2067"), "{logged}");
        assert!(!logged.contains("Carla"), "{logged}");
        let full = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_FULL);
        let full = StoreError::from(rusqlite::Error::SqliteFailure(full, Some("Carla".to_owned())));
        assert!(full.is_transient());
        assert!(full.to_string().contains("SQLite 13"), "{full}");
        assert!(!full.to_string().contains("Carla"));
    }

    #[test]
    fn every_error_says_whether_the_operation_was_done() {
        let broken = StoreError::Broken(rusqlite::Error::QueryReturnedNoRows.into()).body();
        assert!(broken.message.contains("was not done"));
        assert!(StoreError::Closed.body().message.contains("not done yet"));
    }
}
