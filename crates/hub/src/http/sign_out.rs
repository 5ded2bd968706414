//! `POST /v1/sign-out`: revokes the token that the call carries.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};

use crate::http::ApiError;
use crate::http::bearer::authenticate;
use crate::shared::Shared;
use crate::store::tables::tokens;

/// Not counted against the limit on calls: an agent can always sign out.
pub(crate) async fn sign_out(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
) -> Result<StatusCode, ApiError> {
    let (agent, token) = authenticate(&shared, &headers).await?;
    shared.store.write(move |tx| tokens::delete(tx.conn, &token)).await?;
    tracing::info!(agent = %agent.id, "an agent signed out");
    Ok(StatusCode::NO_CONTENT)
}
