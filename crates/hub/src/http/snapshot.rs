//! `GET /v1/snapshot`: the agent's own state at one log position.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use deskbell_protocol::Snapshot;

use crate::domain::queries::sync;
use crate::http::Refused;
use crate::http::bearer::Bearer;
use crate::shared::Shared;

pub(crate) async fn snapshot(
    State(shared): State<Arc<Shared>>,
    Bearer(agent): Bearer,
) -> Result<Json<Snapshot>, Refused> {
    Ok(Json(shared.store.read(move |conn| sync::snapshot(conn, agent.id)).await?))
}
