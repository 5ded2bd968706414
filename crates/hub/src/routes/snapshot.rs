//! `GET /v1/snapshot`: the agent's own state at one log position.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use deskbell_protocol::Snapshot;

use super::Refused;
use super::bearer::Bearer;
use crate::server::Shared;

pub(super) async fn snapshot(
    State(shared): State<Arc<Shared>>,
    Bearer(agent): Bearer,
) -> Result<Json<Snapshot>, Refused> {
    Ok(Json(shared.store.snapshot(agent.id).await?))
}
