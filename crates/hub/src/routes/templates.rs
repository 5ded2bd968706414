//! `GET /v1/accounts/{id}/templates`: what may be sent at any time.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use deskbell_protocol::{AccountId, ErrorCode, TemplateList};

use super::Refused;
use super::bearer::Bearer;
use crate::limits;
use crate::server::Shared;
use crate::templates::shown;

pub(super) async fn templates(
    State(shared): State<Arc<Shared>>,
    Bearer(agent): Bearer,
    Path(id): Path<String>,
) -> Result<Json<TemplateList>, Refused> {
    let unknown =
        || Refused::new(ErrorCode::NotFound, "There is no such account, or it is not yours to see.");
    let id: AccountId = id.parse().map_err(|_no_id| unknown())?;
    if !shared.store.is_of_account(agent.id, id).await? {
        return Err(unknown());
    }
    let account = shared.connectors.get(id).ok_or_else(unknown)?;
    let listed = shared.templates.list(account, limits::TEMPLATES_LISTED_AGE_MS, shared.now()).await;
    let listed = listed.map_err(|failure| Refused::new(ErrorCode::Unavailable, &failure.sentence))?;
    Ok(Json(TemplateList { templates: listed.iter().map(|template| shown(id, template)).collect() }))
}
