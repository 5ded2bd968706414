//! `GET /v1/conversations` and `GET /v1/conversations/{id}/messages`: transcripts by pages.

use std::str::FromStr;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use deskbell_protocol::{ConversationPage, ErrorCode, MessagePage};
use serde::Deserialize;

use crate::domain::queries::sync::{Narrow, conversation_page, message_page};
use crate::http::Refused;
use crate::http::bearer::Bearer;
use crate::limits;
use crate::shared::Shared;

/// What a page of conversations is asked by.
#[derive(Debug, Deserialize)]
pub(crate) struct ConversationsQuery {
    after: Option<String>,
    limit: Option<u32>,
    queue: Option<String>,
    conversation: Option<String>,
}

pub(crate) async fn conversations(
    State(shared): State<Arc<Shared>>,
    Bearer(agent): Bearer,
    query: Result<Query<ConversationsQuery>, axum::extract::rejection::QueryRejection>,
) -> Result<Json<ConversationPage>, Refused> {
    let Query(query) = query.map_err(|_unreadable| unreadable())?;
    let narrow = Narrow { queue: parsed(query.queue)?, conversation: parsed(query.conversation)? };
    let limit = query.limit.unwrap_or(limits::PAGE_CONVERSATIONS);
    let after = parsed(query.after)?;
    Ok(Json(shared.store.read(move |conn| conversation_page(conn, agent.id, narrow, after, limit)).await?))
}

/// What a page of messages is asked by.
#[derive(Debug, Deserialize)]
pub(crate) struct MessagesQuery {
    before: Option<String>,
    limit: Option<u32>,
}

pub(crate) async fn messages(
    State(shared): State<Arc<Shared>>,
    Bearer(agent): Bearer,
    Path(id): Path<String>,
    query: Result<Query<MessagesQuery>, axum::extract::rejection::QueryRejection>,
) -> Result<Json<MessagePage>, Refused> {
    let Query(query) = query.map_err(|_unreadable| unreadable())?;
    let id = parsed(Some(id))?.ok_or_else(unreadable)?;
    let limit = query.limit.unwrap_or(limits::PAGE_MESSAGES);
    let before = parsed(query.before)?;
    Ok(Json(shared.store.read(move |conn| message_page(conn, agent.id, id, before, limit)).await?))
}

fn parsed<T: FromStr>(text: Option<String>) -> Result<Option<T>, Refused> {
    text.map(|text| text.parse().map_err(|_bad| unreadable())).transpose()
}

fn unreadable() -> Refused {
    Refused::new(ErrorCode::Malformed, "The address of this call could not be read.")
}
