//! What can go wrong in the store.

use deskbell_protocol::{ErrorBody, ErrorCode};
use rusqlite::ErrorCode as Sqlite;

/// Why an operation of the store did not happen. In every case nothing of it was written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The domain says no. The words are for the person who asked.
    #[error("{}", .0.message)]
    Refused(ErrorBody),
    /// The disk is full, failing or read-only: the same operation may work later.
    #[error("the store cannot be written now")]
    Unwritable(#[source] rusqlite::Error),
    /// A fault of ours or of the file.
    #[error("the store failed")]
    Broken(#[source] rusqlite::Error),
    /// The store was made by a newer version of this program.
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
    pub(crate) fn refused(code: ErrorCode, message: &str) -> Self {
        Self::Refused(ErrorBody::new(code, message))
    }

    pub(crate) fn not_found(what: &str) -> Self {
        Self::Refused(ErrorBody::new(
            ErrorCode::NotFound,
            format!("This {what} does not exist, or is not yours to see."),
        ))
    }

    /// Whether the same operation may work later.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Unwritable(_) | Self::Closed)
    }

    /// The error as a client hears it. Details stay in the hub's log.
    #[must_use]
    pub fn body(&self) -> ErrorBody {
        match self {
            Self::Refused(body) => body.clone(),
            Self::Unwritable(_) | Self::Closed => ErrorBody {
                retry_after_ms: Some(crate::limits::RETRY_UNAVAILABLE_MS),
                ..ErrorBody::new(
                    ErrorCode::Unavailable,
                    "The hub cannot store anything now. Nothing was lost; it is tried again.",
                )
            },
            _ => ErrorBody::new(
                ErrorCode::Internal,
                "Something went wrong at the hub. Its log has the details.",
            ),
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let passing = matches!(
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
        if passing { Self::Unwritable(error) } else { Self::Broken(error) }
    }
}
