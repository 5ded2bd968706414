//! The answers of the Graph API.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::faults::Faults;
use crate::providers::outage;

/// An error of the Graph API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ApiError {
    status: StatusCode,
    code: i64,
    subcode: Option<i64>,
    details: String,
}

impl ApiError {
    /// An error with this code; the HTTP status follows from the code.
    pub(super) fn of(code: i64, details: impl Into<String>) -> Self {
        let status = match code {
            190 => StatusCode::UNAUTHORIZED,
            4 | 80_007 | 130_429 | 131_056 => StatusCode::TOO_MANY_REQUESTS,
            1 | 2 | 131_000 | 131_016 => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::BAD_REQUEST,
        };
        Self { status, code, subcode: None, details: details.into() }
    }

    /// The access token has expired.
    pub(super) fn expired_token() -> Self {
        Self { subcode: Some(463), ..Self::of(190, "Error validating access token: Session has expired") }
    }

    /// There is no object with this id, or the caller has no access to it.
    pub(super) fn unknown_object(id: &str) -> Self {
        let details = format!("Object with ID '{id}' does not exist or this caller may not use it");
        Self { subcode: Some(33), ..Self::of(100, details) }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let Self { status, code, subcode, details } = self;
        let mut error = json!({
            "message": format!("(#{code}) {}", title(code)),
            "type": "OAuthException",
            "code": code,
            "error_data": {"messaging_product": "whatsapp", "details": details},
            "fbtrace_id": "PracticeTrace",
        });
        if let (Some(subcode), Some(error)) = (subcode, error.as_object_mut()) {
            error.insert("error_subcode".to_owned(), json!(subcode));
        }
        (status, axum::Json(json!({ "error": error }))).into_response()
    }
}

/// The error object of a `failed` status.
pub(super) fn status_error(code: i64) -> Value {
    json!({
        "code": code,
        "title": title(code),
        "message": title(code),
        "error_data": {"details": title(code)},
        "href": "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
    })
}

/// The short name of a code.
fn title(code: i64) -> &'static str {
    match code {
        100 => "Invalid parameter",
        190 => "Access token is not valid",
        130_429 => "Rate limit hit",
        131_000 => "Something went wrong",
        131_008 => "Required parameter is missing",
        131_009 => "Parameter value is not valid",
        131_026 => "Message undeliverable",
        131_047 => "Re-engagement message",
        131_051 => "Message type is not supported",
        131_056 => "Pair rate limit hit",
        _ => "Error",
    }
}

/// Too many requests.
pub(super) fn busy(retry_after_s: Option<u32>) -> Response {
    let mut response = ApiError::of(130_429, "Too many messages at once").into_response();
    if let Some(seconds) = retry_after_s {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// The message is accepted under this id.
pub(super) fn accepted(contact: Value, wamid: &str) -> Response {
    let body = json!({
        "messaging_product": "whatsapp",
        "contacts": [contact],
        "messages": [{"id": wamid}],
    });
    axum::Json(body).into_response()
}

/// Answers a request, subject to the faults in force.
pub(super) async fn respond(faults: &Faults, result: Result<Value, ApiError>) -> Response {
    if let Some(retry_after_s) = faults.take_busy() {
        return busy(retry_after_s);
    }
    if faults.take_broken() {
        return outage::broken();
    }
    faults.answers_released().await;
    result.map_or_else(IntoResponse::into_response, |body| axum::Json(body).into_response())
}
