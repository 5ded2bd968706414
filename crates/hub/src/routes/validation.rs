//! `POST /v1/conversations/{id}/validation`: what can be known about a channel without writing to it.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use deskbell_connectors::Recipient;
use deskbell_protocol::{ErrorBody, ErrorCode, Failure, OwnSide, Validation, WayOut};

use super::Refused;
use super::bearer::Bearer;
use crate::server::Shared;

pub(super) async fn validate(
    State(shared): State<Arc<Shared>>,
    Bearer(agent): Bearer,
    Path(id): Path<String>,
) -> Result<Json<Validation>, Refused> {
    let id = id.parse().map_err(|_no_id| {
        Refused::new(ErrorCode::NotFound, "There is no such conversation, or it is not yours to see.")
    })?;
    let (conversation, recipient) = shared.store.addressed(agent.id, id).await?;
    shared.validations.take(agent.id, shared.now()).map_err(too_often)?;
    let own_side = match shared.connectors.get(conversation.account) {
        Some(account) => account.whatsapp.health().await,
        None => OwnSide::Unknown { failure: not_set_up() },
    };
    Ok(Json(Validation {
        evidence: conversation.evidence,
        address: trouble_with(recipient.as_ref()),
        own_side,
        at: shared.now(),
    }))
}

fn too_often(wait_ms: i64) -> Refused {
    let words = "You have validated often just now. Wait a moment.";
    let wait_ms = u64::try_from(wait_ms).ok();
    Refused(ErrorBody { retry_after_ms: wait_ms, ..ErrorBody::new(ErrorCode::RateLimited, words) })
}

/// What is wrong with an address, as far as it can be told without the provider.
fn trouble_with(recipient: Option<&Recipient>) -> Option<Failure> {
    let (reason, sentence) = match recipient {
        None => ("hub.no_address", "There is no address to write to."),
        Some(Recipient::UserId(_)) => return None,
        Some(Recipient::Phone(digits)) if is_possible(digits) => return None,
        Some(Recipient::Phone(_)) => ("hub.number_invalid", "This is no phone number that can exist."),
    };
    Some(Failure {
        reason: reason.to_owned(),
        sentence: sentence.to_owned(),
        way_out: WayOut::ConfirmAddress,
    })
}

fn is_possible(digits: &str) -> bool {
    crate::numbers::e164(&format!("+{digits}")).is_some()
}

fn not_set_up() -> Failure {
    Failure {
        reason: "hub.no_account".to_owned(),
        sentence: "The business number of this conversation is no longer set up.".to_owned(),
        way_out: WayOut::TellAdministrator,
    }
}
