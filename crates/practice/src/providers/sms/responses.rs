//! The answers of the API.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::faults::Faults;
use crate::providers::outage;

/// An error of the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ApiError {
    status: StatusCode,
    code: i64,
    message: String,
}

impl ApiError {
    /// An error with this code; the HTTP status follows from the code.
    pub(super) fn of(code: i64, message: impl Into<String>) -> Self {
        let status = match code {
            20003 => StatusCode::UNAUTHORIZED,
            20404 => StatusCode::NOT_FOUND,
            20429 => StatusCode::TOO_MANY_REQUESTS,
            20500 => StatusCode::INTERNAL_SERVER_ERROR,
            20503 => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::BAD_REQUEST,
        };
        Self { status, code, message: message.into() }
    }

    /// There is nothing at this path.
    pub(super) fn not_found(path: &str) -> Self {
        Self::of(20404, format!("The requested resource {path} was not found"))
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let Self { status, code, message } = self;
        let more_info = format!("https://www.twilio.com/docs/errors/{code}");
        let body =
            json!({"code": code, "message": message, "more_info": more_info, "status": status.as_u16()});
        (status, axum::Json(body)).into_response()
    }
}

/// Too many requests.
fn busy(retry_after_s: Option<u32>) -> Response {
    let mut response = ApiError::of(20429, "Too Many Requests").into_response();
    if let Some(seconds) = retry_after_s {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// Answers a request, subject to the faults in force. An error is answered at once; held back is what was done.
pub(super) async fn respond(
    faults: &Faults,
    handle: impl FnOnce() -> Result<Response, ApiError>,
) -> Response {
    if let Some(retry_after_s) = faults.take_busy() {
        return busy(retry_after_s);
    }
    if faults.take_broken() {
        return outage::broken();
    }
    match handle() {
        Err(error) => error.into_response(),
        Ok(answer) => {
            faults.answers_released().await;
            answer
        }
    }
}
