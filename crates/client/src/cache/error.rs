use deskbell_protocol::{ErrorBody, ErrorCode};
use rusqlite::ffi;

/// Why the cache did not do something. The transaction was rolled back.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CacheError {
    /// The disk is full.
    #[error("the disk is full")]
    Full,
    /// The file is damaged, or encrypted with another key.
    #[error("the cache is unreadable")]
    Unreadable,
    /// The cache is being closed.
    #[error("the cache is closed")]
    Closed,
    /// Anything else: a programming error or a failing disk.
    #[error("the cache failed: {0}")]
    Failed(rusqlite::Error),
}

impl From<rusqlite::Error> for CacheError {
    fn from(error: rusqlite::Error) -> Self {
        let rusqlite::Error::SqliteFailure(failure, _) = &error else { return Self::Failed(error) };
        // Extended codes keep the primary one in their low byte.
        match failure.extended_code & 0xff {
            ffi::SQLITE_FULL => Self::Full,
            ffi::SQLITE_CORRUPT | ffi::SQLITE_NOTADB => Self::Unreadable,
            _ => Self::Failed(error),
        }
    }
}

impl CacheError {
    /// The reply to the request that failed.
    pub(crate) fn body(&self) -> ErrorBody {
        match self {
            Self::Full => ErrorBody::new(
                ErrorCode::Unavailable,
                "The disk of this desktop is full, so this could not be kept. Make room and try again.",
            ),
            Self::Unreadable | Self::Closed => ErrorBody::new(
                ErrorCode::Unavailable,
                "The local store is being opened. Try again in a moment.",
            ),
            Self::Failed(_) => ErrorBody::new(
                ErrorCode::Internal,
                "The local store failed, so this was not done. The log has the details.",
            ),
        }
    }
}
