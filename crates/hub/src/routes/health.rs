//! `GET /healthz`: whether the hub is up, can read its store, and can write it.

use std::sync::Arc;

use axum::extract::State;

use super::Refused;
use crate::server::Shared;

pub(super) async fn health(State(shared): State<Arc<Shared>>) -> Result<&'static str, Refused> {
    shared.store.feel().await?;
    Ok("ok\n")
}
