//! `GET /v1/hub`: which hub answers here. Asked before a token is shown to it.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use deskbell_protocol::{HubIdentity, PROTOCOL_VERSION};

use super::Refused;
use crate::server::Shared;

pub(super) async fn identity(State(shared): State<Arc<Shared>>) -> Result<Json<HubIdentity>, Refused> {
    Ok(Json(HubIdentity {
        hub: shared.store.standing().await?.hub,
        name: shared.settings.for_clients().hub_name,
        protocol: PROTOCOL_VERSION,
        now: shared.now(),
    }))
}
