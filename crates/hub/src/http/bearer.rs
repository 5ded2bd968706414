//! Who calls: the agent behind the token in the `Authorization` header, and whether they call too often.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use deskbell_protocol::{Agent, ErrorBody, ErrorCode};
use tokio::time::Instant;

use crate::auth::passwords;
use crate::http::Refused;
use crate::limits::callers::Callers;
use crate::shared::Shared;

/// The agent who calls.
#[derive(Debug)]
pub(crate) struct Bearer(pub(crate) Agent);

impl FromRequestParts<Arc<Shared>> for Bearer {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Self, Refused> {
        let (agent, _token) = believed(shared, &parts.headers).await?;
        spend(&shared.callers, &agent)?;
        Ok(Self(agent))
    }
}

/// Who shows a token that works, and the token as it is kept.
pub(crate) async fn believed(shared: &Shared, headers: &HeaderMap) -> Result<(Agent, Vec<u8>), Refused> {
    let unauthorized = || Refused::new(ErrorCode::Unauthorized, "Sign in again.");
    let token = token_in(headers).map(passwords::kept_of).ok_or_else(unauthorized)?;
    let agent = shared.authenticate(token.clone()).await?;
    Ok((agent.ok_or_else(unauthorized)?, token))
}

/// Takes a call, or a search, from what the agent may ask for.
pub(crate) fn spend(callers: &Callers, agent: &Agent) -> Result<(), Refused> {
    callers.take(agent.id, Instant::now()).map_err(|wait| {
        let words = "You asked for too much at once. Nothing was lost; ask again in a moment.";
        Refused(ErrorBody {
            retry_after_ms: u64::try_from(wait.as_millis()).ok().map(|ms| ms.saturating_add(1)),
            ..ErrorBody::new(ErrorCode::RateLimited, words)
        })
    })
}

/// The token that a caller shows.
fn token_in(headers: &HeaderMap) -> Option<&str> {
    headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}
