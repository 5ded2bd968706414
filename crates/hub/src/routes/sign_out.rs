//! `POST /v1/sign-out`: the token that asks is good no longer.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};

use super::Refused;
use super::bearer::{Bearer, token_in};
use crate::passwords;
use crate::server::Shared;

pub(super) async fn sign_out(
    State(shared): State<Arc<Shared>>,
    Bearer(agent): Bearer,
    headers: HeaderMap,
) -> Result<StatusCode, Refused> {
    if let Some(token) = token_in(&headers) {
        shared.store.drop_token(passwords::kept_of(token)).await?;
        tracing::info!(agent = %agent.id, "signed out");
    }
    Ok(StatusCode::NO_CONTENT)
}
