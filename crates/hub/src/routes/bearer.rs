//! Who calls: the agent behind the token in the `Authorization` header.

use std::sync::Arc;

use axum::extract::FromRequestParts;
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
        let header = parts.headers.get(AUTHORIZATION).and_then(|header| header.to_str().ok());
        let token = header.and_then(|header| header.strip_prefix("Bearer ")).ok_or_else(unauthorized)?;
        let agent = shared.store.agent_of_token(passwords::kept_of(token), shared.now()).await?;
        agent.map(Self).ok_or_else(unauthorized)
    }
}
