//! `GET /v1/snapshot`: the agent's state at one log position.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use deskbell_protocol::Snapshot;

use crate::domain::queries::sync;
use crate::http::ApiError;
use crate::http::bearer::Bearer;
use crate::shared::Shared;

/// Returns the agent's snapshot.
pub(crate) async fn get_snapshot(
    State(shared): State<Arc<Shared>>,
    Bearer(agent): Bearer,
) -> Result<Json<Snapshot>, ApiError> {
    Ok(Json(shared.store.read(move |conn| sync::snapshot(conn, agent.id)).await?))
}
