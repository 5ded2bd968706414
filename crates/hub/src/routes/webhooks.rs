//! `/webhooks/whatsapp/{account}`: the provider's door. What it delivers is checked by its signature,
//! stored as it came, answered, and only then looked into.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use deskbell_connectors::whatsapp;
use deskbell_protocol::ErrorCode;
use futures_util::StreamExt;
use serde::Deserialize;

use super::Refused;
use crate::limits;
use crate::server::Shared;

/// What the provider sends to see whether the address is ours.
#[derive(Debug, Deserialize)]
pub(super) struct Handshake {
    #[serde(rename = "hub.mode")]
    mode: Option<String>,
    #[serde(rename = "hub.challenge")]
    challenge: Option<String>,
    #[serde(rename = "hub.verify_token")]
    verify_token: Option<String>,
}

pub(super) async fn handshake(
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

pub(super) async fn deliver(
    State(shared): State<Arc<Shared>>,
    Path(account): Path<String>,
    request: Request,
) -> Result<StatusCode, Refused> {
    let connected = shared.connectors.named(&account).ok_or_else(no_account)?;
    let (parts, body) = request.into_parts();
    let body = read_body(body, &parts.headers).await?;
    let signature = parts.headers.get("x-hub-signature-256").and_then(|header| header.to_str().ok());
    if let Err(error) = whatsapp::verify_signature(&body, signature, &connected.app_secrets) {
        tracing::warn!(account = %connected.id, %error, "a delivery was not believed");
        return Err(Refused::new(ErrorCode::Unauthorized, "The signature does not match."));
    }
    let signature = signature.unwrap_or_default().to_owned();
    shared.store.keep_raw(connected.id, body, signature, shared.now()).await?;
    Ok(StatusCode::OK)
}

async fn read_body(body: Body, headers: &HeaderMap) -> Result<Bytes, Refused> {
    let too_large = || Refused::new(ErrorCode::TooLarge, "The delivery is larger than this hub takes.");
    let announced = headers.get(axum::http::header::CONTENT_LENGTH);
    let announced = announced.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > limits::WEBHOOK_BODY_BYTES) {
        return Err(too_large());
    }
    let collected = tokio::time::timeout(limits::BODY_TIMEOUT, async {
        let mut parts = body.into_data_stream();
        let mut collected = Vec::new();
        while let Some(part) = parts.next().await {
            let broke_off = || Refused::new(ErrorCode::Malformed, "The delivery broke off.");
            let part = part.map_err(|_cut| broke_off())?;
            if collected.len().saturating_add(part.len()) > limits::WEBHOOK_BODY_BYTES {
                return Err(too_large());
            }
            collected.extend_from_slice(&part);
        }
        Ok(Bytes::from(collected))
    });
    let slow = || Refused::new(ErrorCode::Malformed, "The delivery took too long.");
    collected.await.map_err(|_elapsed| slow())?
}

fn no_account() -> Refused {
    Refused::new(ErrorCode::NotFound, "This hub has no such account.")
}

fn not_verified() -> Refused {
    Refused::new(ErrorCode::Forbidden, "The verification does not match.")
}
