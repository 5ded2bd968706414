//! What the provider says of the business's number and account when it is asked (Cloud API reference, "business
//! phone numbers", "health status" and "subscribed apps").

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answers::{self, Refusal};
use super::api::admitted;
use super::webhook::BUSINESS_ACCOUNT;
use super::world::World;

/// Whether the business may send. As JSON: `"limited"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CanSend {
    /// As much as it likes.
    #[default]
    Available,
    /// Less than it likes: its name is not approved.
    Limited,
    /// Nothing: it has not paid.
    Blocked,
}

impl CanSend {
    fn of_account(self) -> Value {
        let number = |can: &str, why: Value| json!({"entity_type": "PHONE_NUMBER", "id": "1", "can_send_message": can, "additional_info": why});
        let account = |can: &str, errors: Value| json!({"entity_type": "WABA", "id": BUSINESS_ACCOUNT, "can_send_message": can, "errors": errors});
        let unpaid = json!([{
            "error_code": 141_006,
            "error_description": "There is an error with the payment method.",
            "possible_solution": "Check the payment method of the business account.",
        }]);
        let unnamed = json!(["The display name has not been approved yet."]);
        let (overall, entities) = match self {
            Self::Available => {
                ("AVAILABLE", [number("AVAILABLE", json!([])), account("AVAILABLE", json!([]))])
            }
            Self::Limited => ("LIMITED", [number("LIMITED", unnamed), account("AVAILABLE", json!([]))]),
            Self::Blocked => ("BLOCKED", [number("AVAILABLE", json!([])), account("BLOCKED", unpaid)]),
        };
        json!({"can_send_message": overall, "entities": entities})
    }
}

/// `GET /{version}/{phone_number_id}`: only the fields that are asked for, and the id.
pub(super) async fn number(
    State(world): State<Arc<World>>,
    Path((version, id)): Path<(String, String)>,
    axum::extract::RawQuery(query): axum::extract::RawQuery,
    headers: HeaderMap,
) -> Response {
    answered(
        &world,
        admitted(&world, &version, &headers).and_then(|()| {
            if id != world.account.phone_number_id {
                return Err(Refusal::unknown_object(&id));
            }
            let all = json!({
                "health_status": world.faults.can_send().of_account(),
                "quality_rating": "GREEN",
                "verified_name": "Practice",
                "display_phone_number": world.account.display_phone_number,
                "throughput": {"level": "STANDARD"},
                "code_verification_status": "VERIFIED",
            });
            let asked = query.unwrap_or_default().replace("%2C", ",");
            let asked = asked.split('&').find_map(|pair| pair.strip_prefix("fields=")).unwrap_or_default();
            let mut said = serde_json::Map::from_iter([("id".to_owned(), json!(id))]);
            for field in asked.split(',').filter(|field| !field.is_empty() && *field != "id") {
                let value = all.get(field).ok_or_else(|| {
                    Refusal::of(100, format!("Tried accessing nonexisting field ({field})"))
                })?;
                said.insert(field.to_owned(), value.clone());
            }
            Ok(Value::Object(said))
        }),
    )
    .await
}

/// `GET /{version}/{waba_id}/subscribed_apps`: to whom deliveries go.
pub(super) async fn subscribed_apps(
    State(world): State<Arc<World>>,
    Path((version, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    answered(
        &world,
        admitted(&world, &version, &headers).and_then(|()| {
            if id != BUSINESS_ACCOUNT {
                return Err(Refusal::unknown_object(&id));
            }
            let app = json!({"whatsapp_business_api_data": {"id": "67084", "name": "Practice"}});
            Ok(json!({"data": if world.faults.is_subscribed() { vec![app] } else { Vec::new() }}))
        }),
    )
    .await
}

pub(super) async fn answered(world: &World, said: Result<Value, Refusal>) -> Response {
    if let Some(retry_after_s) = world.faults.take_busy() {
        return answers::busy(retry_after_s);
    }
    if world.faults.take_broken() {
        return answers::broken();
    }
    world.faults.answers_flow().await;
    said.map_or_else(IntoResponse::into_response, |said| axum::Json(said).into_response())
}
