//! Whether our own side can send at all, as WhatsApp says (Cloud API reference, "messaging health
//! status").

use deskbell_protocol::OwnSide;
use serde_json::Value;

use super::envelope::text;
use super::errors::TABLE;
use super::{WhatsApp, graph};
use crate::http_client::answer::Answer;

/// How many reasons are passed on.
const REASONS: usize = 8;
/// The longest reason that is passed on, in characters.
const REASON_CHARS: usize = 300;

impl WhatsApp {
    /// Asks whether this number can send. Costs nothing and writes to nobody. Takes at most some 40 seconds.
    pub async fn health(&self) -> OwnSide {
        let Some(api) = &self.api else {
            return OwnSide::Unknown { failure: TABLE.not_set_up() };
        };
        match api.get(&[&self.settings.phone_number_id], &[("fields", "health_status")]).await {
            Ok(answer) => own_side(&answer),
            Err(_no_answer) => OwnSide::Unknown { failure: TABLE.not_asked() },
        }
    }
}

fn own_side(answer: &Answer) -> OwnSide {
    let status = answer.json().and_then(|body| body.get("health_status"));
    let Some(status) = status.filter(|_| answer.is_success()) else {
        return OwnSide::Unknown { failure: graph::failure_of(answer) };
    };
    match text(status, &["can_send_message"]).as_deref() {
        Some("AVAILABLE") => OwnSide::Available,
        Some("LIMITED") => OwnSide::Limited { reasons: reasons(status) },
        Some("BLOCKED") => OwnSide::Blocked { reasons: reasons(status) },
        _ => OwnSide::Unknown { failure: graph::failure_of(answer) },
    }
}

/// What WhatsApp says about each part that is not fully available.
fn reasons(status: &Value) -> Vec<String> {
    let entities = status.get("entities").and_then(Value::as_array).into_iter().flatten();
    let mut reasons = Vec::new();
    for entity in entities {
        let infos = entity.get("additional_info").and_then(Value::as_array).into_iter().flatten();
        reasons.extend(infos.filter_map(Value::as_str).map(str::to_owned));
        let errors = entity.get("errors").and_then(Value::as_array).into_iter().flatten();
        for error in errors {
            let parts = [text(error, &["error_description"]), text(error, &["possible_solution"])];
            reasons.push(parts.into_iter().flatten().collect::<Vec<_>>().join(" "));
        }
    }
    reasons.retain(|reason| !reason.trim().is_empty());
    reasons.truncate(REASONS);
    reasons.into_iter().map(|reason| reason.chars().take(REASON_CHARS).collect()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn answer(status: u16, body: Value) -> Answer {
        Answer { status, retry_after_s: None, date: None, body: Ok(body) }
    }

    #[test]
    fn a_limited_number_says_why() {
        let body = json!({"id": "106", "health_status": {"can_send_message": "LIMITED", "entities": [
            {"entity_type": "PHONE_NUMBER", "can_send_message": "LIMITED",
             "additional_info": ["The display name is not approved yet."]},
            {"entity_type": "APP", "can_send_message": "AVAILABLE"},
            {"entity_type": "WABA", "can_send_message": "BLOCKED", "errors": [{"error_code": 141_006,
             "error_description": "Billing is not set up.", "possible_solution": "Add a card."}]}]}});
        let OwnSide::Limited { reasons } = own_side(&answer(200, body)) else { panic!("it is limited") };
        assert_eq!(reasons, ["The display name is not approved yet.", "Billing is not set up. Add a card."]);
    }

    #[test]
    fn an_answer_without_a_health_status_is_unknown() {
        for (status, body) in [
            (200, json!({"id": "106"})),
            (200, json!({"health_status": {"can_send_message": "SPLENDID"}})),
            (401, json!({"error": {"code": 190, "message": "expired"}})),
            (502, json!("<html>")),
        ] {
            assert!(matches!(own_side(&answer(status, body)), OwnSide::Unknown { .. }), "{status}");
        }
    }
}
