//! `/webhooks/{channel}/{account}`: where providers deliver. A delivery is verified by its signature, persisted
//! verbatim, acknowledged, and then processed.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use deskbell_channels::{
    Acknowledgement, Delivery, Headers, MAX_URL_BYTES, SignatureError, Webhook, registry,
};
use deskbell_protocol::{AccountId, ErrorBody, ErrorCode};
use futures_util::StreamExt;
use tokio::sync::SemaphorePermit;

use crate::accounts::ServedAccount;
use crate::domain::webhooks::store_raw::store_raw;
use crate::http::ApiError;
use crate::limits;
use crate::shared::Shared;

/// Answers a provider that checks whether the webhook is ours.
pub(crate) async fn handshake(
    State(shared): State<Arc<Shared>>,
    Path((channel, account)): Path<(String, String)>,
    query: Result<Query<Vec<(String, String)>>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, ApiError> {
    let (_account, webhook) = webhook_of(&shared, &channel, &account)?;
    let Ok(Query(query)) = query else { return Err(not_verified()) };
    webhook.answer_handshake(&query).map(IntoResponse::into_response).ok_or_else(not_verified)
}

/// Verifies, persists and acknowledges one delivery.
pub(crate) async fn deliver(
    State(shared): State<Arc<Shared>>,
    Path((channel, account)): Path<(String, String)>,
    request: Request,
) -> Result<Response, ApiError> {
    let (account, webhook) = webhook_of(&shared, &channel, &account)?;
    let (parts, body) = request.into_parts();
    let rejected = |error| signature_rejected(account.id, error);
    let listed = parts.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
    let headers = Headers::select(webhook.stored_headers(), listed);
    // Requests without a well-formed signature are rejected before the body is read.
    webhook.check_headers(&headers).map_err(rejected)?;
    let url = public_address(&shared, &parts.uri).ok_or_else(too_large)?;
    let (body, held) = read_body(&shared, body, &parts.headers).await?;
    let delivery = Delivery { method: parts.method.as_str().to_owned(), url, headers, body };
    webhook.verify(&delivery).map_err(rejected)?;
    drop(held);
    let (id, now) = (account.id, shared.now());
    shared.store.write_atomic(move |tx| store_raw(tx, id, delivery, now)).await?;
    Ok(acknowledge(webhook.acknowledgement()))
}

/// The account of this name on this channel, and its webhook.
fn webhook_of<'s>(
    shared: &'s Shared,
    channel: &str,
    account: &str,
) -> Result<(&'s ServedAccount, &'s dyn Webhook), ApiError> {
    let kind = registry::by_name(channel).ok_or_else(no_account)?.kind;
    let account = shared.accounts.named(kind, account).ok_or_else(no_account)?;
    let webhook = account.channel.webhook().ok_or_else(no_account)?;
    Ok((account, webhook))
}

/// The address that the provider sent a request to: the `public_url` of the settings, never the `Host` header, with
/// path and query. `None` if it is longer than is stored.
fn public_address(shared: &Shared, uri: &Uri) -> Option<String> {
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let url = shared.public_url.as_ref().map_or_else(|| path.to_owned(), |public| public.join(path));
    (url.len() <= MAX_URL_BYTES).then_some(url)
}

fn acknowledge(Acknowledgement { status, content_type, body }: Acknowledgement) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    match content_type {
        Some(content_type) => (status, [(header::CONTENT_TYPE, content_type)], body).into_response(),
        None if body.is_empty() => status.into_response(),
        None => (status, body).into_response(),
    }
}

fn signature_rejected(account: AccountId, error: SignatureError) -> ApiError {
    tracing::warn!(%account, %error, "the signature of a delivery was rejected");
    ApiError::new(ErrorCode::Unauthorized, "The signature does not match.")
}

fn too_large() -> ApiError {
    ApiError::new(ErrorCode::TooLarge, "The delivery is larger than this hub takes.")
}

/// Reads a body, and holds the room that it takes until somebody has looked at its signature.
async fn read_body<'s>(
    shared: &'s Shared,
    body: Body,
    headers: &HeaderMap,
) -> Result<(Bytes, Option<SemaphorePermit<'s>>), ApiError> {
    let announced = headers.get(axum::http::header::CONTENT_LENGTH);
    let announced = announced.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > limits::WEBHOOK_BODY_BYTES) {
        return Err(too_large());
    }
    let collected = tokio::time::timeout(limits::BODY_TIMEOUT, async {
        let mut parts = body.into_data_stream();
        let mut collected = Vec::new();
        let mut held: Option<SemaphorePermit<'_>> = None;
        while let Some(part) = parts.next().await {
            let broke_off = || ApiError::new(ErrorCode::Malformed, "The delivery broke off.");
            let part = part.map_err(|_cut| broke_off())?;
            if collected.len().saturating_add(part.len()) > limits::WEBHOOK_BODY_BYTES {
                return Err(too_large());
            }
            collected.extend_from_slice(&part);
            let due = collected.len().saturating_sub(limits::UNVERIFIED_FREE_BYTES);
            let more = due.saturating_sub(held.as_ref().map_or(0, SemaphorePermit::num_permits));
            if more > 0 {
                let more = u32::try_from(more).map_err(|_beyond| too_large())?;
                let more = shared.unverified.try_acquire_many(more).map_err(|_full| no_room())?;
                match &mut held {
                    Some(held) => held.merge(more),
                    None => held = Some(more),
                }
            }
        }
        Ok((Bytes::from(collected), held))
    });
    let slow = || ApiError::new(ErrorCode::Malformed, "The delivery took too long.");
    collected.await.map_err(|_elapsed| slow())?
}

/// The provider tries again what is answered like this.
fn no_room() -> ApiError {
    let words = "Too many large deliveries arrive right now. Deliver this one again in a moment.";
    ApiError(ErrorBody {
        retry_after_ms: Some(limits::RETRY_UNAVAILABLE_MS),
        ..ErrorBody::new(ErrorCode::Unavailable, words)
    })
}

fn no_account() -> ApiError {
    ApiError::new(ErrorCode::NotFound, "This hub has no such account.")
}

fn not_verified() -> ApiError {
    ApiError::new(ErrorCode::Forbidden, "The verification does not match.")
}
