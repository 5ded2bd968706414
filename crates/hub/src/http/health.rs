//! `GET /healthz`: whether the hub is up, can read its store, and can write it.

use std::sync::Arc;

use axum::extract::State;

use crate::http::Refused;
use crate::shared::Shared;

pub(crate) async fn health(State(shared): State<Arc<Shared>>) -> Result<&'static str, Refused> {
    shared.store.check_writable().await?;
    Ok("ok\n")
}
