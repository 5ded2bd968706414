//! `GET /v1/hub`: which hub answers here. Asked before a token is shown to it.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use deskbell_protocol::{HubIdentity, PROTOCOL_VERSION};

use crate::domain::queries::sync::log_status;
use crate::http::Refused;
use crate::shared::Shared;

pub(crate) async fn identity(State(shared): State<Arc<Shared>>) -> Result<Json<HubIdentity>, Refused> {
    Ok(Json(HubIdentity {
        hub: shared.store.read(log_status).await?.hub,
        name: shared.settings.for_clients().hub_name,
        protocol: PROTOCOL_VERSION,
        now: shared.now(),
    }))
}
