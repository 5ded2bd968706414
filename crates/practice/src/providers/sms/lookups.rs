//! Queries about the account and its numbers (Twilio, "Account resource" and "IncomingPhoneNumber resource").

use std::sync::Arc;

use axum::extract::{OriginalUri, Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::account::API_VERSION;
use super::auth::authorize;
use super::responses::{ApiError, respond};
use super::state::Sms;

/// `GET Accounts/{sid}.json`: with it a program checks its credentials.
pub(super) async fn account(
    State(provider): State<Arc<Sms>>,
    Path(file): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Response {
    let fetch = || {
        let sid = file.strip_suffix(".json").ok_or_else(|| ApiError::not_found(uri.path()))?;
        authorize(&provider, sid, &headers)?;
        let path = format!("/{API_VERSION}/Accounts/{sid}");
        let body = json!({
            "sid": sid,
            "friendly_name": "Practice",
            "status": "active",
            "type": "Full",
            "owner_account_sid": sid,
            "uri": format!("{path}.json"),
            "subresource_uris": {"messages": format!("{path}/Messages.json")},
        });
        Ok(axum::Json(body).into_response())
    };
    respond(&provider.faults, fetch).await
}

/// `GET Accounts/{sid}/IncomingPhoneNumbers.json`: the numbers of the account, or those of them that the query names,
/// and where their messages are reported.
pub(super) async fn numbers(
    State(provider): State<Arc<Sms>>,
    Path(account): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let list = || {
        authorize(&provider, &account, &headers)?;
        let number = &provider.account.number;
        let query = query.unwrap_or_default();
        let wanted = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "PhoneNumber");
        let numbers: Vec<_> = wanted
            .is_none_or(|(_, wanted)| wanted == number.as_str())
            .then(|| {
                json!({
                    "account_sid": account,
                    "phone_number": number,
                    "friendly_name": number,
                    "capabilities": {"voice": false, "sms": true, "mms": false, "fax": false},
                    "sms_url": provider.account.webhook_url,
                    "sms_method": "POST",
                    "sms_application_sid": "",
                    "status": "in-use",
                })
            })
            .into_iter()
            .collect();
        Ok(axum::Json(json!({"incoming_phone_numbers": numbers, "page": 0, "page_size": 50})).into_response())
    };
    respond(&provider.faults, list).await
}
