//! `GET /healthz`: whether the hub is up and can read and write its store.

use std::sync::Arc;

use axum::extract::State;

use crate::http::ApiError;
use crate::shared::Shared;

/// Answers `ok` while the store can be read and written.
pub(crate) async fn check_health(State(shared): State<Arc<Shared>>) -> Result<&'static str, ApiError> {
    shared.store.check_writable().await?;
    Ok("ok\n")
}
