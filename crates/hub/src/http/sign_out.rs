//! `POST /v1/sign-out`: the token that asks is good no longer.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};

use crate::http::Refused;
use crate::http::bearer::believed;
use crate::shared::Shared;
use crate::store::tables::tokens;

/// However often somebody called before, they may leave.
pub(crate) async fn sign_out(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
) -> Result<StatusCode, Refused> {
    let (agent, token) = believed(&shared, &headers).await?;
    shared.store.write(move |tx| tokens::delete(tx.conn, &token)).await?;
    tracing::info!(agent = %agent.id, "signed out");
    Ok(StatusCode::NO_CONTENT)
}
