//! `GET /v1/contacts…` and `GET /v1/interactions`: the contact directory, a contact's history, and past
//! interactions.

use std::str::FromStr;
use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use deskbell_protocol::{
    Channel, ContactDetail, ContactId, ContactPage, ErrorCode, InteractionPage, Millis, ThreadHits,
    ThreadPage,
};
use serde::Deserialize;

use crate::domain::contacts::search::{contact_detail, contact_page};
use crate::domain::queries::history::{Filter, PageAnchor, interaction_page, thread_hits, thread_page};
use crate::http::ApiError;
use crate::http::bearer::{Bearer, check_rate};
use crate::limits;
use crate::shared::Shared;

type QueryResult<T> = Result<Query<T>, QueryRejection>;

/// The query of a page of contacts.
#[derive(Debug, Deserialize)]
pub(crate) struct ContactsQuery {
    search: Option<String>,
    after: Option<String>,
    limit: Option<u32>,
}

/// Lists contacts of the agent's queues by name, or those that match a search.
pub(crate) async fn list_contacts(
    State(shared): State<Arc<Shared>>,
    Bearer(agent): Bearer,
    query: QueryResult<ContactsQuery>,
) -> Result<Json<ContactPage>, ApiError> {
    let query = accept(query)?;
    let search = check_search(query.search)?;
    if !search.is_empty() {
        check_rate(&shared.searches, &agent)?;
    }
    let limit = query.limit.unwrap_or(limits::PAGE_BACK);
    Ok(Json(
        shared
            .store
            .read(move |conn| contact_page(conn, agent.id, &search, query.after.as_deref(), limit))
            .await?,
    ))
}

/// Returns a contact with the conversations that the agent may read.
pub(crate) async fn get_contact(
    State(shared): State<Arc<Shared>>,
    Bearer(agent): Bearer,
    Path(id): Path<String>,
) -> Result<Json<ContactDetail>, ApiError> {
    let id = contact_id(&id)?;
    Ok(Json(shared.store.read(move |conn| contact_detail(conn, agent.id, id)).await?))
}

/// The query of a page of a transcript.
#[derive(Debug, Deserialize)]
pub(crate) struct ThreadQuery {
    before: Option<String>,
    after: Option<String>,
    at: Option<String>,
    limit: Option<u32>,
}

/// Lists what was said with a contact on all channels.
pub(crate) async fn list_messages(
    State(shared): State<Arc<Shared>>,
    Bearer(agent): Bearer,
    Path(id): Path<String>,
    query: QueryResult<ThreadQuery>,
) -> Result<Json<ThreadPage>, ApiError> {
    let query = accept(query)?;
    let anchor = match (query.before, query.after, query.at) {
        (None, None, None) => PageAnchor::Newest,
        (Some(before), None, None) => PageAnchor::Before(parse(&before)?),
        (None, Some(after), None) => PageAnchor::After(parse(&after)?),
        (None, None, Some(at)) => PageAnchor::At(Millis(parse(&at)?)),
        _ => return Err(malformed_query()),
    };
    let limit = query.limit.unwrap_or(limits::PAGE_BACK);
    let id = contact_id(&id)?;
    Ok(Json(shared.store.read(move |conn| thread_page(conn, agent.id, id, anchor, limit)).await?))
}

/// The query of a search in a transcript.
#[derive(Debug, Deserialize)]
pub(crate) struct SearchQuery {
    words: Option<String>,
    before: Option<String>,
    limit: Option<u32>,
}

/// Searches what was said with a contact.
pub(crate) async fn search_messages(
    State(shared): State<Arc<Shared>>,
    Bearer(agent): Bearer,
    Path(id): Path<String>,
    query: QueryResult<SearchQuery>,
) -> Result<Json<ThreadHits>, ApiError> {
    let query = accept(query)?;
    let words = check_search(query.words)?;
    check_rate(&shared.searches, &agent)?;
    let before = query.before.as_deref().map(parse).transpose()?;
    let limit = query.limit.unwrap_or(limits::PAGE_BACK);
    let id = contact_id(&id)?;
    Ok(Json(shared.store.read(move |conn| thread_hits(conn, agent.id, id, &words, before, limit)).await?))
}

/// The query of a page of interactions.
#[derive(Debug, Deserialize)]
pub(crate) struct InteractionsQuery {
    channel: Option<String>,
    agent: Option<String>,
    disposition: Option<String>,
    from: Option<String>,
    to: Option<String>,
    after: Option<String>,
    limit: Option<u32>,
}

/// Lists past and present interactions with a contact.
pub(crate) async fn list_contact_interactions(
    State(shared): State<Arc<Shared>>,
    Bearer(agent): Bearer,
    Path(id): Path<String>,
    query: QueryResult<InteractionsQuery>,
) -> Result<Json<InteractionPage>, ApiError> {
    let contact = Some(contact_id(&id)?);
    let (filter, after, limit) = parse_filter(accept(query)?)?;
    Ok(Json(
        shared
            .store
            .read(move |conn| interaction_page(conn, agent.id, contact, filter, after.as_deref(), limit))
            .await?,
    ))
}

/// Lists the interactions that the agent took part in.
pub(crate) async fn list_own_interactions(
    State(shared): State<Arc<Shared>>,
    Bearer(agent): Bearer,
    query: QueryResult<InteractionsQuery>,
) -> Result<Json<InteractionPage>, ApiError> {
    let (filter, after, limit) = parse_filter(accept(query)?)?;
    Ok(Json(
        shared
            .store
            .read(move |conn| interaction_page(conn, agent.id, None, filter, after.as_deref(), limit))
            .await?,
    ))
}

fn parse_filter(query: InteractionsQuery) -> Result<(Filter, Option<String>, u32), ApiError> {
    let parse_moment = |text: Option<String>| text.as_deref().map(parse).transpose();
    let channel = query.channel.map(|word| {
        serde_json::from_value::<Channel>(serde_json::Value::String(word))
            .map_err(|_unknown| malformed_query())
    });
    let filter = Filter {
        channel: channel.transpose()?,
        agent_name: query.agent,
        disposition: query.disposition,
        from: parse_moment(query.from)?.map(Millis),
        to: parse_moment(query.to)?.map(Millis),
    };
    Ok((filter, query.after, query.limit.unwrap_or(limits::PAGE_BACK)))
}

fn contact_id(text: &str) -> Result<ContactId, ApiError> {
    parse(text)
}

fn parse<T: FromStr>(text: &str) -> Result<T, ApiError> {
    text.parse().map_err(|_error| malformed_query())
}

fn accept<T>(query: QueryResult<T>) -> Result<T, ApiError> {
    query.map(|Query(query)| query).map_err(|_rejection| malformed_query())
}

/// The words of a search, if they are not too long.
fn check_search(words: Option<String>) -> Result<String, ApiError> {
    let words = words.unwrap_or_default();
    if words.chars().count() > limits::SEARCH_CHARS {
        return Err(ApiError::new(
            ErrorCode::TooLarge,
            "A search may have at most 200 characters. Shorten it.",
        ));
    }
    Ok(words)
}

fn malformed_query() -> ApiError {
    ApiError::new(ErrorCode::Malformed, "The path or query of this request is malformed.")
}
