//! The HTTP interface.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use deskbell_protocol::{ErrorBody, ErrorCode};

use crate::shared::Shared;
use crate::store::StoreError;
use crate::{limits, ws};

mod bearer;
mod contacts;
mod conversations;
mod health;
mod identity;
mod sign_in;
mod sign_out;
mod snapshot;
mod templates;
mod validation;
mod webhooks;

/// All routes of the hub, including the WebSocket.
pub(crate) fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/healthz", get(health::check_health))
        .route("/v1/agent", get(ws::upgrade))
        .route("/v1/hub", get(identity::get_identity))
        .route("/v1/sign-in", post(sign_in::sign_in))
        .route("/v1/sign-out", post(sign_out::sign_out))
        .route("/v1/snapshot", get(snapshot::get_snapshot))
        .route("/v1/contacts", get(contacts::list_contacts))
        .route("/v1/contacts/{id}", get(contacts::get_contact))
        .route("/v1/contacts/{id}/messages", get(contacts::list_messages))
        .route("/v1/contacts/{id}/search", get(contacts::search_messages))
        .route("/v1/contacts/{id}/interactions", get(contacts::list_contact_interactions))
        .route("/v1/interactions", get(contacts::list_own_interactions))
        .route("/v1/conversations", get(conversations::list_conversations))
        .route("/v1/accounts/{id}/templates", get(templates::list_templates))
        .route("/v1/conversations/{id}/validation", post(validation::validate))
        .route("/v1/conversations/{id}/messages", get(conversations::list_messages))
        .route("/webhooks/{channel}/{account}", get(webhooks::handshake).post(webhooks::deliver))
        .method_not_allowed_fallback(method_not_allowed)
        .layer(DefaultBodyLimit::max(limits::CALL_BODY_BYTES))
        .fallback(not_found)
        .with_state(shared)
}

async fn not_found() -> ApiError {
    ApiError(ErrorBody::new(ErrorCode::NotFound, "There is nothing at this address."))
}

async fn method_not_allowed() -> (StatusCode, axum::Json<ErrorBody>) {
    let words = "This address does not support this method. The Allow header lists those it does.";
    (StatusCode::METHOD_NOT_ALLOWED, axum::Json(ErrorBody::new(ErrorCode::Malformed, words)))
}

/// An error response: the body, and the status that belongs to its code.
#[derive(Debug)]
pub(crate) struct ApiError(pub(crate) ErrorBody);

impl ApiError {
    /// An error with a sentence for people.
    pub(crate) fn new(code: ErrorCode, message: &str) -> Self {
        Self(ErrorBody::new(code, message))
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        if !matches!(error, StoreError::Refused(_)) {
            tracing::error!(%error, "a request failed");
        }
        Self(error.body())
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = match self.0.code {
            ErrorCode::Incompatible => StatusCode::UPGRADE_REQUIRED,
            ErrorCode::Unauthorized => StatusCode::UNAUTHORIZED,
            ErrorCode::Forbidden => StatusCode::FORBIDDEN,
            ErrorCode::NotFound => StatusCode::NOT_FOUND,
            ErrorCode::Malformed => StatusCode::BAD_REQUEST,
            ErrorCode::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            ErrorCode::RateLimited => StatusCode::TOO_MANY_REQUESTS,
            ErrorCode::OfferGone
            | ErrorCode::WindowClosed
            | ErrorCode::DispositionMissing
            | ErrorCode::HeldByColleague
            | ErrorCode::Stale
            | ErrorCode::DraftStale
            | ErrorCode::NumberInvalid
            | ErrorCode::NumberOurs
            | ErrorCode::NumberTaken
            | ErrorCode::TemplateGone => StatusCode::CONFLICT,
            ErrorCode::Unavailable | ErrorCode::Offline | ErrorCode::OtherHub | ErrorCode::Unanswered => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            ErrorCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let retry = self.0.retry_after_ms.map(|ms| ms.div_ceil(1000));
        let mut response = (status, axum::Json(self.0)).into_response();
        if let Some(seconds) = retry {
            response.headers_mut().insert(axum::http::header::RETRY_AFTER, seconds.into());
        }
        response
    }
}
