//! Why a connection, or an attempt at one, ended.

use deskbell_protocol::{ErrorBody, ErrorCode};

use crate::cache::CacheError;
use crate::http_client::ApiError;
use crate::sync::SyncError;

/// What the person is told when no connection can be made.
pub(super) const UNREACHABLE: &str = "The hub cannot be reached.";

/// What the person is told when the hub breaks the protocol.
pub(super) const GARBLED: &str = "The hub sent something that is not understood.";

/// Why a connection, or an attempt at one, ended.
#[derive(Debug)]
pub(crate) enum CloseReason {
    /// The engine is being closed.
    Stopped,
    /// The cache is being rebuilt.
    CacheClosed,
    /// The connection was lost or could not be made. The sentence is for the person.
    Lost(&'static str),
    /// The hub asks to come back later.
    Busy {
        /// How many milliseconds later.
        retry_after_ms: u64,
    },
    /// The hub rejected the token or the password. Not retried without a new sign-in.
    Unauthorized(ErrorBody),
    /// The hub rejected the session for another reason. Retried now and then: somebody may update the hub.
    Refused(ErrorBody),
}

impl CloseReason {
    /// What the log calls it.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Stopped => "stopped",
            Self::CacheClosed => "cache closed",
            Self::Lost(message) => message,
            Self::Busy { .. } => "busy",
            Self::Unauthorized(_) => "unauthorized",
            Self::Refused(_) => "refused",
        }
    }
}

impl From<CacheError> for CloseReason {
    fn from(error: CacheError) -> Self {
        match error {
            CacheError::Full => Self::Lost(
                "The disk of this desktop is full. Make room: what the hub has is read again, nothing is lost.",
            ),
            CacheError::Unreadable | CacheError::Closed => Self::CacheClosed,
            CacheError::Failed(_) => {
                Self::Lost("The local store failed. It is tried again; the log has the details.")
            }
        }
    }
}

impl From<ApiError> for CloseReason {
    fn from(error: ApiError) -> Self {
        match error {
            ApiError::Unreachable => Self::Lost(UNREACHABLE),
            ApiError::Garbled => Self::Lost(GARBLED),
            ApiError::Refused(error) => error.into(),
        }
    }
}

impl From<SyncError> for CloseReason {
    fn from(error: SyncError) -> Self {
        match error {
            SyncError::Hub(error) => error.into(),
            SyncError::Cache(error) => error.into(),
        }
    }
}

/// A refusal by the hub, in a frame or in an HTTP response.
impl From<ErrorBody> for CloseReason {
    fn from(error: ErrorBody) -> Self {
        match error.code {
            ErrorCode::Unauthorized => Self::Unauthorized(error),
            ErrorCode::RateLimited | ErrorCode::Unavailable => {
                Self::Busy { retry_after_ms: error.retry_after_ms.unwrap_or(5_000) }
            }
            _ => Self::Refused(error),
        }
    }
}
