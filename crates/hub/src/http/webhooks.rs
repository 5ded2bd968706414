//! `/webhooks/whatsapp/{account}`: the provider's door. What it delivers is checked by its signature,
//! stored as it came, answered, and only then looked into.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use deskbell_channels::whatsapp;
use deskbell_protocol::{ErrorBody, ErrorCode};
use futures_util::StreamExt;
use serde::Deserialize;
use tokio::sync::SemaphorePermit;

use crate::domain::webhooks::store_raw::store_raw;
use crate::http::Refused;
use crate::limits;
use crate::shared::Shared;

/// What the provider sends to see whether the address is ours.
#[derive(Debug, Deserialize)]
pub(crate) struct Handshake {
    #[serde(rename = "hub.mode")]
    mode: Option<String>,
    #[serde(rename = "hub.challenge")]
    challenge: Option<String>,
    #[serde(rename = "hub.verify_token")]
    verify_token: Option<String>,
}

pub(crate) async fn handshake(
    State(shared): State<Arc<Shared>>,
    Path(account): Path<String>,
    query: Result<Query<Handshake>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, Refused> {
    let connected = shared.connectors.named(&account).ok_or_else(no_account)?;
    let Ok(Query(query)) = query else { return Err(not_verified()) };
    whatsapp::answer_handshake(
        query.mode.as_deref(),
        query.challenge.as_deref(),
        query.verify_token.as_deref(),
        &connected.verify_token,
    )
    .map(IntoResponse::into_response)
    .ok_or_else(not_verified)
}

pub(crate) async fn deliver(
    State(shared): State<Arc<Shared>>,
    Path(account): Path<String>,
    request: Request,
) -> Result<StatusCode, Refused> {
    let connected = shared.connectors.named(&account).ok_or_else(no_account)?;
    let (parts, body) = request.into_parts();
    let signature = parts.headers.get("x-hub-signature-256").and_then(|header| header.to_str().ok());
    let not_believed = |error| {
        tracing::warn!(account = %connected.id, %error, "a delivery was not believed");
        Refused::new(ErrorCode::Unauthorized, "The signature does not match.")
    };
    // Who has not even the form of a signature is not listened to.
    whatsapp::read_signature(signature).map_err(not_believed)?;
    let (body, held) = read_body(&shared, body, &parts.headers).await?;
    whatsapp::verify_signature(&body, signature, &connected.app_secrets).map_err(not_believed)?;
    drop(held);
    let signature = signature.unwrap_or_default().to_owned();
    let (account, now) = (connected.id, shared.now());
    shared.store.write_whole(move |tx| store_raw(tx, account, body, signature, now)).await?;
    Ok(StatusCode::OK)
}

/// Reads a body, and holds the room that it takes until somebody has looked at its signature.
async fn read_body<'s>(
    shared: &'s Shared,
    body: Body,
    headers: &HeaderMap,
) -> Result<(Bytes, Option<SemaphorePermit<'s>>), Refused> {
    let too_large = || Refused::new(ErrorCode::TooLarge, "The delivery is larger than this hub takes.");
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
            let broke_off = || Refused::new(ErrorCode::Malformed, "The delivery broke off.");
            let part = part.map_err(|_cut| broke_off())?;
            if collected.len().saturating_add(part.len()) > limits::WEBHOOK_BODY_BYTES {
                return Err(too_large());
            }
            collected.extend_from_slice(&part);
            let due = collected.len().saturating_sub(limits::WEBHOOK_ROOM);
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
    let slow = || Refused::new(ErrorCode::Malformed, "The delivery took too long.");
    collected.await.map_err(|_elapsed| slow())?
}

/// The provider tries again what is answered like this.
fn no_room() -> Refused {
    let words = "Too many large deliveries arrive right now. Deliver this one again in a moment.";
    Refused(ErrorBody {
        retry_after_ms: Some(limits::RETRY_UNAVAILABLE_MS),
        ..ErrorBody::new(ErrorCode::Unavailable, words)
    })
}

fn no_account() -> Refused {
    Refused::new(ErrorCode::NotFound, "This hub has no such account.")
}

fn not_verified() -> Refused {
    Refused::new(ErrorCode::Forbidden, "The verification does not match.")
}
