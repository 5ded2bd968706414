//! The HTTP API that the hub's channel calls.

use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{OriginalUri, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};

use super::account::API_VERSION;
use super::auth::authorize;
use super::lookups;
use super::request::{self, NewMessage};
use super::responses::{ApiError, respond};
use super::segments::segments;
use super::state::Sms;
use super::statuses;
use crate::person::SendFault;
use crate::providers::outage;

/// The recipient has unsubscribed.
const UNSUBSCRIBED: i64 = 21610;

/// The end of the year 9999, after which a date cannot be written.
const LAST_DATE: Duration = Duration::from_secs(253_402_300_799);

/// The routes of the API.
pub(crate) fn router(provider: Arc<Sms>) -> Router {
    Router::new()
        .route("/2010-04-01/Accounts/{account}/Messages.json", post(create_message))
        .route("/2010-04-01/Accounts/{account}", get(lookups::account))
        .route("/2010-04-01/Accounts/{account}/IncomingPhoneNumbers.json", get(lookups::numbers))
        .fallback(|OriginalUri(uri): OriginalUri| async move { ApiError::not_found(uri.path()) })
        .with_state(provider)
}

async fn create_message(
    State(provider): State<Arc<Sms>>,
    Path(account): Path<String>,
    headers: HeaderMap,
    form: Bytes,
) -> Response {
    let create = || {
        authorize(&provider, &account, &headers)?;
        send(&provider, request::parse(&form, &provider.account)?)
    };
    respond(&provider.faults, create).await
}

fn send(provider: &Arc<Sms>, message: NewMessage) -> Result<Response, ApiError> {
    if provider.has_opted_out(&message.to) {
        return Err(ApiError::of(UNSUBSCRIBED, "Attempt to send to unsubscribed recipient"));
    }
    let NewMessage { to, body, status_callback } = message.clone();
    let person = provider.shared.directory().with_phone(&to);
    let Some(person) = person else {
        let sid = provider.unaddressed_sid();
        provider.report_undeliverable(&sid, to.clone(), status_callback);
        return Ok(created(provider, &sid, &to, &body));
    };
    let fault = person.sms.take_fault();
    let code = match fault {
        Some(SendFault::Refuse(code)) => return Err(ApiError::of(code, "Ordered by the test")),
        Some(SendFault::FailDelivery(code)) => Some(code),
        Some(SendFault::CutAnswer) => None,
        None => person.behaviour.unreachable.then_some(statuses::UNREACHABLE),
    };
    let sid = provider.send(&person, message, code);
    Ok(match fault {
        Some(SendFault::CutAnswer) => outage::cut(),
        _ => created(provider, &sid, &to, &body),
    })
}

/// The message resource as it is when it has just been created.
fn created(provider: &Sms, sid: &str, to: &str, body: &str) -> Response {
    let account = &provider.account;
    let path = format!("/{API_VERSION}/Accounts/{}/Messages/{sid}", account.sid);
    let now = date(provider.shared.pace.now());
    let resource: Value = json!({
        "account_sid": account.sid,
        "api_version": API_VERSION,
        "body": body,
        "date_created": now,
        "date_sent": null,
        "date_updated": now,
        "direction": "outbound-api",
        "error_code": null,
        "error_message": null,
        "from": account.number,
        "messaging_service_sid": null,
        "num_media": "0",
        "num_segments": segments(body).to_string(),
        "price": null,
        "price_unit": null,
        "sid": sid,
        "status": "queued",
        "subresource_uris": {"media": format!("{path}/Media.json")},
        "to": format!("+{to}"),
        "uri": format!("{path}.json"),
    });
    (StatusCode::CREATED, axum::Json(resource)).into_response()
}

/// Milliseconds since the Unix epoch as RFC 2822 writes them in GMT.
fn date(at: i64) -> String {
    let since_epoch = Duration::from_millis(u64::try_from(at).unwrap_or(0)).min(LAST_DATE);
    httpdate::fmt_http_date(UNIX_EPOCH + since_epoch).replace("GMT", "+0000")
}
