//! Looking back: from the hub while connected, else from the cache where it can answer.

use std::future::Future;
use std::time::Duration;

use deskbell_protocol::{AccountId, ContactId, ConversationId, ErrorBody, ErrorCode, Position};

use super::{cache, said};
use crate::api::{Connection, InteractionFilter, Place, Reply};
use crate::cache::cut;
use crate::engine::Parts;
use crate::transfer::{Transfer, TransferError};

/// How long the hub may take before the cache answers in its place.
const PATIENCE: Duration = Duration::from_secs(5);

/// Asks the hub. Nothing if it is not there, or not in time: then the cache answers. What the hub refuses is
/// refused: the cache must not tell what the agent may no longer know.
async fn hub<T, F>(parts: &Parts, ask: impl FnOnce(Transfer) -> F) -> Result<Option<T>, ErrorBody>
where
    F: Future<Output = Result<T, TransferError>>,
{
    let Some(door) = parts.door() else { return Ok(None) };
    let passes =
        |code| matches!(code, ErrorCode::Unauthorized | ErrorCode::RateLimited | ErrorCode::Unavailable);
    match tokio::time::timeout(PATIENCE, ask(door)).await {
        Ok(Ok(answer)) => Ok(Some(answer)),
        Ok(Err(TransferError::Refused(error))) if !passes(error.code) => Err(error),
        Ok(Err(error)) => {
            tracing::debug!(%error, "the cache answers in the hub's place");
            Ok(None)
        }
        Err(_elapsed) => Ok(None),
    }
}

/// Asks the hub for what only it can tell.
async fn hub_alone<T, F>(parts: &Parts, ask: impl FnOnce(Transfer) -> F) -> Result<T, ErrorBody>
where
    F: Future<Output = Result<T, TransferError>>,
{
    let Some(door) = parts.door() else {
        return Err(match parts.connection() {
            Connection::Refused { error } => error,
            _ => offline(
                "There is no connection to the hub, and only the hub can tell this. Try again once it is back.",
            ),
        });
    };
    ask(door).await.map_err(|error| match error {
        TransferError::Refused(error) => error,
        TransferError::Unreachable => offline("The hub did not answer. Try again in a moment."),
        TransferError::Garbled => {
            ErrorBody::new(ErrorCode::Internal, "The hub's answer is not understood. Is this app up to date?")
        }
    })
}

fn offline(sentence: &str) -> ErrorBody {
    ErrorBody::new(ErrorCode::Offline, sentence)
}

pub(super) async fn thread(
    parts: &Parts,
    contact: ContactId,
    place: Place,
    limit: u32,
) -> Result<Reply, ErrorBody> {
    let told = hub(parts, |door| async move { door.thread(contact, place, limit).await }).await?;
    if let Some(page) = told {
        return Ok(Reply::Thread { page, whole: true });
    }
    kept_thread(parts, contact, place, limit).await
}

/// What the cache alone can tell of it, at once.
pub(super) async fn kept_thread(
    parts: &Parts,
    contact: ContactId,
    place: Place,
    limit: u32,
) -> Result<Reply, ErrorBody> {
    let page = cache(parts)?.thread(contact, place, limit).await.map_err(said)?;
    Ok(Reply::Thread { page, whole: false })
}

pub(super) async fn search_thread(
    parts: &Parts,
    contact: ContactId,
    words: String,
    before: Option<Position>,
    limit: u32,
) -> Result<Reply, ErrorBody> {
    let typed = words.clone();
    let told =
        hub(parts, |door| async move { door.search_thread(contact, &typed, before, limit).await }).await?;
    if let Some(hits) = told {
        return Ok(Reply::ThreadHits { hits, whole: true });
    }
    let hits = cache(parts)?.search_thread(contact, words, before, limit).await.map_err(said)?;
    Ok(Reply::ThreadHits { hits, whole: false })
}

pub(super) async fn assigned(parts: &Parts) -> Result<Reply, ErrorBody> {
    let contacts = cache(parts)?.assigned_contacts().await.map_err(said)?;
    Ok(Reply::Contacts { contacts, next: None, whole: true })
}

pub(super) async fn find(
    parts: &Parts,
    words: String,
    after: Option<String>,
    limit: u32,
) -> Result<Reply, ErrorBody> {
    let (typed, from) = (words.clone(), after.clone());
    let told = hub(parts, |door| async move { door.contacts(&typed, from.as_deref(), limit).await }).await?;
    let cache = cache(parts)?;
    if let Some(page) = told {
        let contacts = cache.views_of(page.contacts).await.map_err(said)?;
        return Ok(Reply::Contacts { contacts, next: page.next, whole: true });
    }
    // What follows a page of the hub's, only the hub knows.
    let mut contacts =
        if after.is_some() { Vec::new() } else { cache.find_assigned(words).await.map_err(said)? };
    cut(&mut contacts, limit);
    Ok(Reply::Contacts { contacts, next: None, whole: false })
}

pub(super) async fn contact(parts: &Parts, contact: ContactId) -> Result<Reply, ErrorBody> {
    let told = hub(parts, |door| async move { door.contact(contact).await }).await?;
    if let Some(detail) = told {
        let profile = cache(parts)?.profile_of(detail).await.map_err(said)?;
        return Ok(Reply::Contact { contact: Box::new(profile), whole: true });
    }
    match cache(parts)?.contact(contact).await.map_err(said)? {
        Some(known) => Ok(Reply::Contact { contact: Box::new(known), whole: false }),
        None => Err(offline(
            "There is no connection to the hub, and this contact is not kept on this desktop. Try again once it is back.",
        )),
    }
}

pub(super) async fn interactions(
    parts: &Parts,
    filter: InteractionFilter,
    after: Option<String>,
    limit: u32,
) -> Result<Reply, ErrorBody> {
    let ask = |door: Transfer| async move { door.interactions(filter, after.as_deref(), limit).await };
    hub_alone(parts, ask).await.map(Reply::Interactions)
}

pub(super) async fn templates(parts: &Parts, account: AccountId) -> Result<Reply, ErrorBody> {
    let list = hub_alone(parts, |door| async move { door.templates(account).await }).await?;
    Ok(Reply::Templates { templates: list.templates })
}

pub(super) async fn validate(parts: &Parts, conversation: ConversationId) -> Result<Reply, ErrorBody> {
    let validation = hub_alone(parts, |door| async move { door.validate(conversation).await }).await?;
    Ok(Reply::Validation(Box::new(validation)))
}
