//! `POST /v1/sign-out`: the token that asks is good no longer.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};

use super::Refused;
use super::bearer::believed;
use crate::server::Shared;

/// However often somebody called before, they may leave.
pub(super) async fn sign_out(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
) -> Result<StatusCode, Refused> {
    let (agent, token) = believed(&shared, &headers).await?;
    shared.store.drop_token(token).await?;
    tracing::info!(agent = %agent.id, "signed out");
    Ok(StatusCode::NO_CONTENT)
}
