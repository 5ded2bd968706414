//! `POST /v1/conversations/{id}/validation`: what can be checked about a conversation's address and account
//! without sending anything.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::{Path, State};
use deskbell_protocol::{ErrorBody, ErrorCode, Failure, FailureClass, OwnSide, Remedy, Validation};

use crate::domain::contacts::reachability::check_address;
use crate::http::ApiError;
use crate::http::bearer::Bearer;
use crate::shared::Shared;

/// Checks the address of a conversation and asks the provider about the account.
pub(crate) async fn validate(
    State(shared): State<Arc<Shared>>,
    Bearer(agent): Bearer,
    Path(id): Path<String>,
) -> Result<Json<Validation>, ApiError> {
    let id = id.parse().map_err(|_no_id| {
        ApiError::new(ErrorCode::NotFound, "There is no such conversation, or it is not yours to see.")
    })?;
    let served: Vec<_> = shared.accounts.ids().collect();
    let (conversation, address) =
        shared.store.read(move |conn| check_address(conn, agent.id, id, &served)).await?;
    shared.validations.take(agent.id, shared.now()).map_err(rate_limited)?;
    let own_side = match shared.accounts.get(conversation.account) {
        Some(account) => account.channel.sink().health().await,
        None => OwnSide::Unknown { failure: not_set_up() },
    };
    Ok(Json(Validation { evidence: conversation.evidence, address, own_side, at: shared.now() }))
}

fn rate_limited(wait: Duration) -> ApiError {
    let words = "Too many checks in a short time. Try again in a minute.";
    let wait_ms = u64::try_from(wait.as_micros().div_ceil(1000)).ok();
    ApiError(ErrorBody { retry_after_ms: wait_ms, ..ErrorBody::new(ErrorCode::RateLimited, words) })
}

fn not_set_up() -> Failure {
    Failure {
        reason: "hub.no_account".to_owned(),
        sentence: "The business number of this conversation is no longer set up.".to_owned(),
        remedy: Remedy::TellAdministrator,
        class: Some(FailureClass::Account),
    }
}
