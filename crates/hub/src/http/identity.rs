//! `GET /v1/hub`: which hub answers at this address. Clients ask before they send it a token.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use deskbell_protocol::{HubIdentity, PROTOCOL_VERSION};

use crate::domain::queries::sync::log_status;
use crate::http::ApiError;
use crate::shared::Shared;

/// Returns the hub's id, name, protocol version and clock. Needs no token.
pub(crate) async fn get_identity(State(shared): State<Arc<Shared>>) -> Result<Json<HubIdentity>, ApiError> {
    Ok(Json(HubIdentity {
        hub: shared.store.read(log_status).await?.hub,
        name: shared.settings.for_clients().hub_name,
        protocol: PROTOCOL_VERSION,
        now: shared.now(),
    }))
}
