//! Authentication of calls by the bearer token in the `Authorization` header, and the limit on calls.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use deskbell_protocol::{Agent, ErrorBody, ErrorCode};
use tokio::time::Instant;

use crate::auth::passwords;
use crate::http::ApiError;
use crate::limits::agent_buckets::AgentBuckets;
use crate::shared::Shared;

/// Extracts the agent whose token a call carries, and counts the call against the agent's limit.
#[derive(Debug)]
pub(crate) struct Bearer(pub(crate) Agent);

impl FromRequestParts<Arc<Shared>> for Bearer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Self, ApiError> {
        let (agent, _token) = authenticate(shared, &parts.headers).await?;
        check_rate(&shared.calls, &agent)?;
        Ok(Self(agent))
    }
}

/// The agent whose token the headers carry, and the hash of the token.
///
/// # Errors
///
/// `Unauthorized` without a valid token; if the store cannot be read.
pub(crate) async fn authenticate(shared: &Shared, headers: &HeaderMap) -> Result<(Agent, Vec<u8>), ApiError> {
    let unauthorized = || ApiError::new(ErrorCode::Unauthorized, "Sign in again.");
    let token = bearer_token(headers).map(passwords::token_hash).ok_or_else(unauthorized)?;
    let agent = shared.authenticate(token.clone()).await?;
    Ok((agent.ok_or_else(unauthorized)?, token))
}

/// Takes one token from the agent's bucket.
///
/// # Errors
///
/// `RateLimited`, with the time to wait, if the bucket is empty.
pub(crate) fn check_rate(buckets: &AgentBuckets<Instant>, agent: &Agent) -> Result<(), ApiError> {
    buckets.take(agent.id, Instant::now()).map_err(|wait| {
        let words = "Too many requests in a short time. Nothing was lost. Try again in a moment.";
        ApiError(ErrorBody {
            retry_after_ms: u64::try_from(wait.as_millis()).ok().map(|ms| ms.saturating_add(1)),
            ..ErrorBody::new(ErrorCode::RateLimited, words)
        })
    })
}

fn bearer_token(headers: &HeaderMap) -> Option<&str> {
    headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}
