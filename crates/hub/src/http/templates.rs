//! `GET /v1/accounts/{id}/templates`: templates that may be sent outside the messaging window.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use deskbell_protocol::{AccountId, ErrorCode, TemplateList};

use crate::domain::contacts::reachability::can_use_account;
use crate::http::ApiError;
use crate::http::bearer::Bearer;
use crate::limits;
use crate::shared::Shared;
use crate::workers::templates::for_clients;

/// Lists the approved templates of an account that the agent may use.
pub(crate) async fn list_templates(
    State(shared): State<Arc<Shared>>,
    Bearer(agent): Bearer,
    Path(id): Path<String>,
) -> Result<Json<TemplateList>, ApiError> {
    let unknown =
        || ApiError::new(ErrorCode::NotFound, "There is no such account, or it is not yours to see.");
    let id: AccountId = id.parse().map_err(|_no_id| unknown())?;
    if !shared.store.read(move |conn| can_use_account(conn, agent.id, id)).await? {
        return Err(unknown());
    }
    let account = shared.accounts.get(id).ok_or_else(unknown)?;
    let listed = shared.templates.list(account, limits::TEMPLATES_LISTED_AGE_MS, shared.now()).await;
    let listed = listed.map_err(|failure| ApiError::new(ErrorCode::Unavailable, &failure.sentence))?;
    Ok(Json(TemplateList { templates: listed.iter().map(|template| for_clients(id, template)).collect() }))
}
