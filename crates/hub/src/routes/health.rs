//! `GET /healthz`: whether the hub is up and can read its store.

use std::sync::Arc;

use axum::extract::State;

use super::Refused;
use crate::server::Shared;

pub(super) async fn health(State(shared): State<Arc<Shared>>) -> Result<&'static str, Refused> {
    shared.store.standing().await?;
    Ok("ok\n")
}
