use crate::cache::CacheError;
use crate::http_client::ApiError;

/// Why something was not read.
pub(crate) enum SyncError {
    /// The hub did not bring it.
    Hub(ApiError),
    /// The cache did not take it.
    Cache(CacheError),
}

impl From<ApiError> for SyncError {
    fn from(error: ApiError) -> Self {
        Self::Hub(error)
    }
}

impl From<CacheError> for SyncError {
    fn from(error: CacheError) -> Self {
        Self::Cache(error)
    }
}
