//! `GET /v1/conversations` and `GET /v1/conversations/{id}/messages`: pages of conversations and transcripts.

use std::str::FromStr;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use deskbell_protocol::{ConversationPage, ErrorCode, MessagePage};
use serde::Deserialize;

use crate::domain::queries::sync::{ConversationFilter, conversation_page, message_page};
use crate::http::ApiError;
use crate::http::bearer::Bearer;
use crate::limits;
use crate::shared::Shared;

/// The query of a page of conversations.
#[derive(Debug, Deserialize)]
pub(crate) struct ConversationsQuery {
    after: Option<String>,
    limit: Option<u32>,
    queue: Option<String>,
    conversation: Option<String>,
}

/// Lists the conversations that the agent may read, in the order of their ids.
pub(crate) async fn list_conversations(
    State(shared): State<Arc<Shared>>,
    Bearer(agent): Bearer,
    query: Result<Query<ConversationsQuery>, axum::extract::rejection::QueryRejection>,
) -> Result<Json<ConversationPage>, ApiError> {
    let Query(query) = query.map_err(|_rejection| malformed_query())?;
    let filter = ConversationFilter { queue: parse(query.queue)?, conversation: parse(query.conversation)? };
    let limit = query.limit.unwrap_or(limits::PAGE_CONVERSATIONS);
    let after = parse(query.after)?;
    Ok(Json(shared.store.read(move |conn| conversation_page(conn, agent.id, filter, after, limit)).await?))
}

/// The query of a page of messages.
#[derive(Debug, Deserialize)]
pub(crate) struct MessagesQuery {
    before: Option<String>,
    limit: Option<u32>,
}

/// Lists the messages of one conversation, newest first.
pub(crate) async fn list_messages(
    State(shared): State<Arc<Shared>>,
    Bearer(agent): Bearer,
    Path(id): Path<String>,
    query: Result<Query<MessagesQuery>, axum::extract::rejection::QueryRejection>,
) -> Result<Json<MessagePage>, ApiError> {
    let Query(query) = query.map_err(|_rejection| malformed_query())?;
    let id = parse(Some(id))?.ok_or_else(malformed_query)?;
    let limit = query.limit.unwrap_or(limits::PAGE_MESSAGES);
    let before = parse(query.before)?;
    Ok(Json(shared.store.read(move |conn| message_page(conn, agent.id, id, before, limit)).await?))
}

fn parse<T: FromStr>(text: Option<String>) -> Result<Option<T>, ApiError> {
    text.map(|text| text.parse().map_err(|_error| malformed_query())).transpose()
}

fn malformed_query() -> ApiError {
    ApiError::new(ErrorCode::Malformed, "The path or query of this request is malformed.")
}
