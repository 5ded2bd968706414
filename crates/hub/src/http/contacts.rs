//! `GET /v1/contacts…` and `GET /v1/interactions`: whom agents look up, and what was before.

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
use crate::domain::queries::history::{Filter, Stretch, interaction_page, thread_hits, thread_page};
use crate::http::Refused;
use crate::http::bearer::{Bearer, spend};
use crate::limits;
use crate::shared::Shared;

type Asked<T> = Result<Query<T>, QueryRejection>;

/// What a page of contacts is asked by.
#[derive(Debug, Deserialize)]
pub(crate) struct ContactsQuery {
    search: Option<String>,
    after: Option<String>,
    limit: Option<u32>,
}

pub(crate) async fn contacts(
    State(shared): State<Arc<Shared>>,
    Bearer(agent): Bearer,
    query: Asked<ContactsQuery>,
) -> Result<Json<ContactPage>, Refused> {
    let query = readable(query)?;
    let search = searchable(query.search)?;
    if !search.is_empty() {
        spend(&shared.searchers, &agent)?;
    }
    let limit = query.limit.unwrap_or(limits::PAGE_BACK);
    Ok(Json(
        shared
            .store
            .read(move |conn| contact_page(conn, agent.id, &search, query.after.as_deref(), limit))
            .await?,
    ))
}

pub(crate) async fn contact(
    State(shared): State<Arc<Shared>>,
    Bearer(agent): Bearer,
    Path(id): Path<String>,
) -> Result<Json<ContactDetail>, Refused> {
    let id = contact_id(&id)?;
    Ok(Json(shared.store.read(move |conn| contact_detail(conn, agent.id, id)).await?))
}

/// What a page of a transcript is asked by.
#[derive(Debug, Deserialize)]
pub(crate) struct ThreadQuery {
    before: Option<String>,
    after: Option<String>,
    at: Option<String>,
    limit: Option<u32>,
}

pub(crate) async fn messages(
    State(shared): State<Arc<Shared>>,
    Bearer(agent): Bearer,
    Path(id): Path<String>,
    query: Asked<ThreadQuery>,
) -> Result<Json<ThreadPage>, Refused> {
    let query = readable(query)?;
    let stretch = match (query.before, query.after, query.at) {
        (None, None, None) => Stretch::Newest,
        (Some(before), None, None) => Stretch::Before(parsed(&before)?),
        (None, Some(after), None) => Stretch::After(parsed(&after)?),
        (None, None, Some(at)) => Stretch::At(Millis(parsed(&at)?)),
        _ => return Err(unreadable()),
    };
    let limit = query.limit.unwrap_or(limits::PAGE_BACK);
    let id = contact_id(&id)?;
    Ok(Json(shared.store.read(move |conn| thread_page(conn, agent.id, id, stretch, limit)).await?))
}

/// What a search in a transcript is asked by.
#[derive(Debug, Deserialize)]
pub(crate) struct SearchQuery {
    words: Option<String>,
    before: Option<String>,
    limit: Option<u32>,
}

pub(crate) async fn search(
    State(shared): State<Arc<Shared>>,
    Bearer(agent): Bearer,
    Path(id): Path<String>,
    query: Asked<SearchQuery>,
) -> Result<Json<ThreadHits>, Refused> {
    let query = readable(query)?;
    let words = searchable(query.words)?;
    spend(&shared.searchers, &agent)?;
    let before = query.before.as_deref().map(parsed).transpose()?;
    let limit = query.limit.unwrap_or(limits::PAGE_BACK);
    let id = contact_id(&id)?;
    Ok(Json(shared.store.read(move |conn| thread_hits(conn, agent.id, id, &words, before, limit)).await?))
}

/// What a page of interactions is asked by.
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

pub(crate) async fn interactions_of(
    State(shared): State<Arc<Shared>>,
    Bearer(agent): Bearer,
    Path(id): Path<String>,
    query: Asked<InteractionsQuery>,
) -> Result<Json<InteractionPage>, Refused> {
    let contact = Some(contact_id(&id)?);
    let (filter, after, limit) = filtered(readable(query)?)?;
    Ok(Json(
        shared
            .store
            .read(move |conn| interaction_page(conn, agent.id, contact, filter, after.as_deref(), limit))
            .await?,
    ))
}

pub(crate) async fn own_interactions(
    State(shared): State<Arc<Shared>>,
    Bearer(agent): Bearer,
    query: Asked<InteractionsQuery>,
) -> Result<Json<InteractionPage>, Refused> {
    let (filter, after, limit) = filtered(readable(query)?)?;
    Ok(Json(
        shared
            .store
            .read(move |conn| interaction_page(conn, agent.id, None, filter, after.as_deref(), limit))
            .await?,
    ))
}

fn filtered(query: InteractionsQuery) -> Result<(Filter, Option<String>, u32), Refused> {
    let moment = |text: Option<String>| text.as_deref().map(parsed).transpose();
    let channel = query.channel.map(|word| {
        serde_json::from_value::<Channel>(serde_json::Value::String(word)).map_err(|_unknown| unreadable())
    });
    let filter = Filter {
        channel: channel.transpose()?,
        agent_name: query.agent,
        disposition: query.disposition,
        from: moment(query.from)?.map(Millis),
        to: moment(query.to)?.map(Millis),
    };
    Ok((filter, query.after, query.limit.unwrap_or(limits::PAGE_BACK)))
}

fn contact_id(text: &str) -> Result<ContactId, Refused> {
    parsed(text)
}

fn parsed<T: FromStr>(text: &str) -> Result<T, Refused> {
    text.parse().map_err(|_bad| unreadable())
}

fn readable<T>(query: Asked<T>) -> Result<T, Refused> {
    query.map(|Query(query)| query).map_err(|_unreadable| unreadable())
}

/// What is searched for, if it is not too long.
fn searchable(words: Option<String>) -> Result<String, Refused> {
    let words = words.unwrap_or_default();
    if words.chars().count() > limits::SEARCH_CHARS {
        return Err(Refused::new(ErrorCode::TooLarge, "Search for at most 200 characters."));
    }
    Ok(words)
}

fn unreadable() -> Refused {
    Refused::new(ErrorCode::Malformed, "The address of this call could not be read.")
}
