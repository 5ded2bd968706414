//! `POST /v1/conversations/{id}/validation`: what can be known about a channel without writing to it.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use deskbell_protocol::{ErrorBody, ErrorCode, Failure, FailureClass, OwnSide, Remedy, Validation};

use crate::domain::contacts::reachability::check_address;
use crate::http::Refused;
use crate::http::bearer::Bearer;
use crate::shared::Shared;

pub(crate) async fn validate(
    State(shared): State<Arc<Shared>>,
    Bearer(agent): Bearer,
    Path(id): Path<String>,
) -> Result<Json<Validation>, Refused> {
    let id = id.parse().map_err(|_no_id| {
        Refused::new(ErrorCode::NotFound, "There is no such conversation, or it is not yours to see.")
    })?;
    let served: Vec<_> = shared.connectors.ids().collect();
    let (conversation, address) =
        shared.store.read(move |conn| check_address(conn, agent.id, id, &served)).await?;
    shared.validations.take(agent.id, shared.now()).map_err(too_often)?;
    let own_side = match shared.connectors.get(conversation.account) {
        Some(account) => account.whatsapp.health().await,
        None => OwnSide::Unknown { failure: not_set_up() },
    };
    Ok(Json(Validation { evidence: conversation.evidence, address, own_side, at: shared.now() }))
}

fn too_often(wait_ms: i64) -> Refused {
    let words = "You have validated often just now. Wait a moment.";
    let wait_ms = u64::try_from(wait_ms).ok();
    Refused(ErrorBody { retry_after_ms: wait_ms, ..ErrorBody::new(ErrorCode::RateLimited, words) })
}

fn not_set_up() -> Failure {
    Failure {
        reason: "hub.no_account".to_owned(),
        sentence: "The business number of this conversation is no longer set up.".to_owned(),
        remedy: Remedy::TellAdministrator,
        class: Some(FailureClass::Account),
    }
}
