//! The HTTP API that the hub's channel calls.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::json;

use super::auth::authorize;
use super::request::{self, Address, Content, Request};
use super::responses::{self, ApiError};
use super::state::WhatsApp;
use super::{lookups, statuses};
use crate::person::SendFault;
use crate::providers::outage;

/// The code of free text outside of the window.
const WINDOW_CLOSED: i64 = 131_047;

/// The routes of the Cloud API.
pub(crate) fn router(provider: Arc<WhatsApp>) -> Router {
    Router::new()
        .route("/{version}/{number}/messages", post(messages))
        .route("/{version}/{number}", get(lookups::number))
        .route("/{version}/{number}/message_templates", get(lookups::message_templates))
        .route("/{version}/{number}/subscribed_apps", get(lookups::subscribed_apps))
        .fallback(|| async { ApiError::of(100, "Unknown path components") })
        .with_state(provider)
}

async fn messages(
    State(provider): State<Arc<WhatsApp>>,
    Path((version, number)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if let Some(retry_after_s) = provider.faults.take_busy() {
        return responses::busy(retry_after_s);
    }
    if provider.faults.take_broken() {
        return outage::broken();
    }
    match handle(&provider, &version, &number, &headers, &body) {
        Err(error) => error.into_response(),
        Ok(answer) => {
            provider.faults.answers_released().await;
            answer
        }
    }
}

fn handle(
    provider: &Arc<WhatsApp>,
    version: &str,
    number: &str,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Response, ApiError> {
    authorize(provider, version, headers)?;
    if number != provider.account.phone_number_id {
        return Err(ApiError::unknown_object(number));
    }
    match request::parse(body)? {
        Request::Read { wamid, typing } => {
            if !provider.mark_read(&wamid, typing) {
                return Err(ApiError::of(100, "There is no such message"));
            }
            Ok(axum::Json(json!({"success": true})).into_response())
        }
        Request::Message { to, content, echo } => send(provider, to, content, echo),
    }
}

fn send(
    provider: &Arc<WhatsApp>,
    to: Address,
    content: Content,
    echo: Option<String>,
) -> Result<Response, ApiError> {
    let (text, needs_window) = match content {
        Content::Text(text) => (text, true),
        Content::Template(template) => (provider.templates.text_of(&template)?, false),
    };
    let (person, contact, number) = match to {
        Address::Lost(id) => {
            provider.count_dropped();
            let contact = json!({"input": id, "wa_id": ""});
            return Ok(responses::accepted(contact, &provider.unaddressed_wamid()));
        }
        Address::Number(input, digits) => {
            let person =
                provider.shared.directory().with_phone(&digits).filter(|it| it.identity.discloses_phone);
            (person, json!({"input": input, "wa_id": digits}), Some(digits))
        }
        Address::UserId(id) => {
            let person = provider.shared.directory().with_user_id(&id);
            (person, json!({"input": id, "user_id": id}), None)
        }
    };
    let Some(person) = person else {
        let wamid = provider.unaddressed_wamid();
        provider.report_undeliverable(&wamid, number, echo);
        return Ok(responses::accepted(contact, &wamid));
    };
    let fault = person.whatsapp.take_fault();
    let code = match fault {
        Some(SendFault::Refuse(code)) => return Err(ApiError::of(code, "Ordered by the test")),
        Some(SendFault::FailDelivery(code)) => Some(code),
        Some(SendFault::CutAnswer) => None,
        None if person.behaviour.unreachable => Some(statuses::UNDELIVERABLE),
        None => (needs_window && provider.is_window_closed(&person)).then_some(WINDOW_CLOSED),
    };
    let wamid = provider.send(&person, text, echo, code);
    Ok(match fault {
        Some(SendFault::CutAnswer) => outage::cut(),
        _ => responses::accepted(contact, &wamid),
    })
}
