//! Who calls: the agent behind the token in the `Authorization` header.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use deskbell_protocol::{Agent, ErrorCode};

use super::Refused;
use crate::passwords;
use crate::server::Shared;

/// The agent who calls.
#[derive(Debug)]
pub(super) struct Bearer(pub(super) Agent);

impl FromRequestParts<Arc<Shared>> for Bearer {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Self, Refused> {
        let unauthorized = || Refused::new(ErrorCode::Unauthorized, "Sign in again.");
        let token = token_in(&parts.headers).ok_or_else(unauthorized)?;
        let agent = shared.store.agent_of_token(passwords::kept_of(token), shared.now()).await?;
        agent.map(Self).ok_or_else(unauthorized)
    }
}

/// The token that a caller shows.
pub(super) fn token_in(headers: &HeaderMap) -> Option<&str> {
    headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}
