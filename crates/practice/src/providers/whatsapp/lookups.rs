//! Queries about the business's number and account (Cloud API reference, "business phone numbers", "health status",
//! "subscribed apps" and "message templates").

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::{Value, json};

use super::account::BUSINESS_ACCOUNT;
use super::auth::authorize;
use super::responses::{ApiError, respond};
use super::state::WhatsApp;
use crate::faults::CanSend;

/// The `health_status` of the number.
fn health_status(can_send: CanSend) -> Value {
    let number = |can: &str, info: Value| json!({"entity_type": "PHONE_NUMBER", "id": "1", "can_send_message": can, "additional_info": info});
    let account = |can: &str, errors: Value| json!({"entity_type": "WABA", "id": BUSINESS_ACCOUNT, "can_send_message": can, "errors": errors});
    let unpaid = json!([{
        "error_code": 141_006,
        "error_description": "There is an error with the payment method.",
        "possible_solution": "Check the payment method of the business account.",
    }]);
    let unnamed = json!(["The display name has not been approved yet."]);
    let (overall, entities) = match can_send {
        CanSend::Available => {
            ("AVAILABLE", [number("AVAILABLE", json!([])), account("AVAILABLE", json!([]))])
        }
        CanSend::Limited => ("LIMITED", [number("LIMITED", unnamed), account("AVAILABLE", json!([]))]),
        CanSend::Blocked => ("BLOCKED", [number("AVAILABLE", json!([])), account("BLOCKED", unpaid)]),
    };
    json!({"can_send_message": overall, "entities": entities})
}

/// `GET /{version}/{phone_number_id}`: the id, and the fields that the query names.
pub(super) async fn number(
    State(provider): State<Arc<WhatsApp>>,
    Path((version, id)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let answer = authorize(&provider, &version, &headers)
        .and_then(|()| number_fields(&provider, &id, &query.unwrap_or_default()));
    respond(&provider.faults, answer).await
}

fn number_fields(provider: &WhatsApp, id: &str, query: &str) -> Result<Value, ApiError> {
    if id != provider.account.phone_number_id {
        return Err(ApiError::unknown_object(id));
    }
    let all = json!({
        "health_status": health_status(provider.can_send()),
        "quality_rating": "GREEN",
        "verified_name": "Practice",
        "display_phone_number": provider.account.display_phone_number,
        "throughput": {"level": "STANDARD"},
        "code_verification_status": "VERIFIED",
    });
    let query = query.replace("%2C", ",");
    let fields = query.split('&').find_map(|pair| pair.strip_prefix("fields=")).unwrap_or_default();
    let mut answer = serde_json::Map::from_iter([("id".to_owned(), json!(id))]);
    for field in fields.split(',').filter(|field| !field.is_empty() && *field != "id") {
        let value = all
            .get(field)
            .ok_or_else(|| ApiError::of(100, format!("Tried accessing nonexisting field ({field})")))?;
        answer.insert(field.to_owned(), value.clone());
    }
    Ok(Value::Object(answer))
}

/// `GET /{version}/{waba_id}/subscribed_apps`: the apps that receive webhooks.
pub(super) async fn subscribed_apps(
    State(provider): State<Arc<WhatsApp>>,
    Path((version, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let answer = of_business_account(&provider, &version, &id, &headers).map(|()| {
        let app = json!({"whatsapp_business_api_data": {"id": "67084", "name": "Practice"}});
        json!({"data": if provider.is_subscribed() { vec![app] } else { Vec::new() }})
    });
    respond(&provider.faults, answer).await
}

/// `GET /{version}/{waba_id}/message_templates`: all approved templates, on one page.
pub(super) async fn message_templates(
    State(provider): State<Arc<WhatsApp>>,
    Path((version, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let answer = of_business_account(&provider, &version, &id, &headers).map(|()| {
        let cursors = json!({"before": "MA", "after": "MQ"});
        json!({"data": provider.templates.approved(), "paging": {"cursors": cursors}})
    });
    respond(&provider.faults, answer).await
}

fn of_business_account(
    provider: &WhatsApp,
    version: &str,
    id: &str,
    headers: &HeaderMap,
) -> Result<(), ApiError> {
    authorize(provider, version, headers)?;
    if id == BUSINESS_ACCOUNT { Ok(()) } else { Err(ApiError::unknown_object(id)) }
}
