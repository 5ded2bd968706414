//! Contacts, transcripts and past interactions: from the hub while connected, else from the cache where it
//! has them.

use std::future::Future;
use std::time::Duration;

use deskbell_protocol::{AccountId, ContactId, ConversationId, ErrorBody, ErrorCode, Position};

use super::{cache, to_body};
use crate::api::{Connection, InteractionFilter, PageAnchor, Reply};
use crate::cache::cut;
use crate::context::Context;
use crate::http_client::{ApiClient, ApiError};

/// How long the hub may take before the cache answers.
const HUB_TIMEOUT: Duration = Duration::from_secs(5);

/// Calls the hub. `None` if it is not connected, does not answer in time, or asks to come back later: then
/// the cache answers.
///
/// # Errors
/// If the hub refuses: the cache must not tell what the agent may no longer read.
async fn from_hub<T, F>(context: &Context, call: impl FnOnce(ApiClient) -> F) -> Result<Option<T>, ErrorBody>
where
    F: Future<Output = Result<T, ApiError>>,
{
    let Some(client) = context.api_client() else { return Ok(None) };
    let is_temporary =
        |code| matches!(code, ErrorCode::Unauthorized | ErrorCode::RateLimited | ErrorCode::Unavailable);
    match tokio::time::timeout(HUB_TIMEOUT, call(client)).await {
        Ok(Ok(answer)) => Ok(Some(answer)),
        Ok(Err(ApiError::Refused(error))) if !is_temporary(error.code) => Err(error),
        Ok(Err(error)) => {
            tracing::debug!(%error, "answering from the cache");
            Ok(None)
        }
        Err(_elapsed) => Ok(None),
    }
}

/// Calls the hub for what the cache never has.
async fn from_hub_only<T, F>(context: &Context, call: impl FnOnce(ApiClient) -> F) -> Result<T, ErrorBody>
where
    F: Future<Output = Result<T, ApiError>>,
{
    let Some(client) = context.api_client() else {
        return Err(match context.connection() {
            Connection::Refused { error } => error,
            _ => offline(
                "There is no connection to the hub, and only the hub can tell this. Try again once it is back.",
            ),
        });
    };
    call(client).await.map_err(|error| match error {
        ApiError::Refused(error) => error,
        ApiError::Unreachable => offline("The hub did not answer. Try again in a moment."),
        ApiError::Garbled => {
            ErrorBody::new(ErrorCode::Internal, "The hub's answer is not understood. Is this app up to date?")
        }
    })
}

fn offline(sentence: &str) -> ErrorBody {
    ErrorBody::new(ErrorCode::Offline, sentence)
}

pub(super) async fn thread(
    context: &Context,
    contact: ContactId,
    place: PageAnchor,
    limit: u32,
) -> Result<Reply, ErrorBody> {
    let page = from_hub(context, |hub| async move { hub.thread(contact, place, limit).await }).await?;
    if let Some(page) = page {
        return Ok(Reply::Thread { page, whole: true });
    }
    cached_thread(context, contact, place, limit).await
}

/// A page of the transcript from the cache, without calling the hub.
pub(super) async fn cached_thread(
    context: &Context,
    contact: ContactId,
    place: PageAnchor,
    limit: u32,
) -> Result<Reply, ErrorBody> {
    let page = cache(context)?.thread(contact, place, limit).await.map_err(to_body)?;
    Ok(Reply::Thread { page, whole: false })
}

pub(super) async fn search_thread(
    context: &Context,
    contact: ContactId,
    words: String,
    before: Option<Position>,
    limit: u32,
) -> Result<Reply, ErrorBody> {
    let typed = words.clone();
    let hits =
        from_hub(context, |hub| async move { hub.search_thread(contact, &typed, before, limit).await })
            .await?;
    if let Some(hits) = hits {
        return Ok(Reply::ThreadHits { hits, whole: true });
    }
    let hits = cache(context)?.search_thread(contact, words, before, limit).await.map_err(to_body)?;
    Ok(Reply::ThreadHits { hits, whole: false })
}

pub(super) async fn assigned_contacts(context: &Context) -> Result<Reply, ErrorBody> {
    let contacts = cache(context)?.assigned_contacts().await.map_err(to_body)?;
    Ok(Reply::Contacts { contacts, next: None, whole: true })
}

pub(super) async fn find_contacts(
    context: &Context,
    words: String,
    after: Option<String>,
    limit: u32,
) -> Result<Reply, ErrorBody> {
    let (typed, from) = (words.clone(), after.clone());
    let page =
        from_hub(context, |hub| async move { hub.contacts(&typed, from.as_deref(), limit).await }).await?;
    let cache = cache(context)?;
    if let Some(page) = page {
        let contacts = cache.views_of(page.contacts).await.map_err(to_body)?;
        return Ok(Reply::Contacts { contacts, next: page.next, whole: true });
    }
    // Only the hub can continue a list that began at the hub.
    let mut contacts =
        if after.is_some() { Vec::new() } else { cache.find_assigned(words).await.map_err(to_body)? };
    cut(&mut contacts, limit);
    Ok(Reply::Contacts { contacts, next: None, whole: false })
}

pub(super) async fn contact(context: &Context, contact: ContactId) -> Result<Reply, ErrorBody> {
    let detail = from_hub(context, |hub| async move { hub.contact(contact).await }).await?;
    if let Some(detail) = detail {
        let profile = cache(context)?.profile_of(detail).await.map_err(to_body)?;
        return Ok(Reply::Contact { contact: Box::new(profile), whole: true });
    }
    match cache(context)?.contact(contact).await.map_err(to_body)? {
        Some(profile) => Ok(Reply::Contact { contact: Box::new(profile), whole: false }),
        None => Err(offline(
            "There is no connection to the hub, and this contact is not kept on this desktop. Try again once it is back.",
        )),
    }
}

pub(super) async fn interactions(
    context: &Context,
    filter: InteractionFilter,
    after: Option<String>,
    limit: u32,
) -> Result<Reply, ErrorBody> {
    let call = |hub: ApiClient| async move { hub.interactions(filter, after.as_deref(), limit).await };
    from_hub_only(context, call).await.map(Reply::Interactions)
}

pub(super) async fn templates(context: &Context, account: AccountId) -> Result<Reply, ErrorBody> {
    let list = from_hub_only(context, |hub| async move { hub.templates(account).await }).await?;
    Ok(Reply::Templates { templates: list.templates })
}

pub(super) async fn validate(context: &Context, conversation: ConversationId) -> Result<Reply, ErrorBody> {
    let validation = from_hub_only(context, |hub| async move { hub.validate(conversation).await }).await?;
    Ok(Reply::Validation(Box::new(validation)))
}
