//! What `deskbell-hub check` finds out about a WhatsApp account: whether it is reached, authenticated, healthy and
//! subscribed.

use std::time::Duration;

use serde_json::Value;

use super::api_client::ApiClient;
use super::{WhatsApp, graph};
use crate::diagnosis::reach::{self, Reach};
use crate::diagnosis::{Diagnosis, Finding, ProviderClock, Verdict, printable};
use crate::http_client::answer::{Answer, NoAnswer};

/// The fields that are requested of the number (Cloud API reference, "business phone numbers" and "health status").
const FIELDS: &str = "health_status,quality_rating,verified_name,display_phone_number,throughput,\
                      code_verification_status";

/// The codes by which WhatsApp asks to wait.
const BUSY: &[i64] = &[4, 80_007, 130_429];

impl WhatsApp {
    /// Checks the account at WhatsApp, with at most two calls of at most `patience` each.
    pub(super) async fn diagnosis(&self, patience: Duration) -> Diagnosis {
        let Some(api) = &self.api else {
            let next_step = "Correct base_url, graph_version and phone_number_id of the account.";
            let finding = Finding::bad("provider", "the settings make no address", next_step);
            return Diagnosis { findings: vec![finding], clock: None };
        };
        let path = [self.settings.phone_number_id.as_str()];
        let answer = api.get_within(patience, &path, &[("fields", FIELDS)]).await;
        let reach = reach(&answer);
        let mut findings = reached(api.host(), &reach);
        if let Reach::Found(number) = reach {
            findings.push(health(number));
            findings.push(of_number(number));
            findings.push(self.subscription(api, patience).await);
        }
        let date = answer.as_ref().ok().and_then(|answer| answer.date);
        let clock = date.map(|at| ProviderClock { host: api.host().to_owned(), at });
        Diagnosis { findings, clock }
    }

    /// Whether deliveries go to an app at all (Cloud API reference, "subscribed apps").
    async fn subscription(&self, api: &ApiClient, patience: Duration) -> Finding {
        const SUBJECT: &str = "webhook";
        let Some(waba) = self.settings.business_account_id.as_deref().filter(|waba| !waba.is_empty()) else {
            return Finding::doubtful(
                SUBJECT,
                "not looked at, because the settings do not name the business account",
                "Set waba_id to the id of the WhatsApp business account (provider's console, API setup).",
            );
        };
        let subscribe = format!(
            "Subscribe your app: POST /{}/{waba}/subscribed_apps with the token, or in the provider's console.",
            self.settings.graph_version
        );
        let answer = api.get_within(patience, &[waba, "subscribed_apps"], &[]).await;
        let Reach::Found(list) = reach(&answer) else {
            return Finding::bad(
                SUBJECT,
                "the provider does not say which apps are subscribed to this business account",
                "Compare waba_id with the provider's console; the token needs whatsapp_business_management.",
            );
        };
        let apps = list.get("data").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        if apps.is_empty() {
            let sentence = "no app is subscribed: nothing that customers write is delivered";
            return Finding::bad(SUBJECT, sentence, &subscribe);
        }
        let ours = &self.webhook_path;
        let overrides = apps.iter().map(|app| word(app, "override_callback_uri"));
        if let Some(uri) = overrides.into_iter().find(|uri| !uri.is_empty() && !uri.ends_with(ours)) {
            return Finding::doubtful(
                SUBJECT,
                printable(&format!("deliveries go to {uri}")),
                &format!("This hub takes them at …{ours}; correct the override of the subscription."),
            );
        }
        let app = |app: &Value| {
            app.get("whatsapp_business_api_data").map(|data| word(data, "name")).unwrap_or_default()
        };
        let names: Vec<_> = apps.iter().map(app).filter(|name| !name.is_empty()).collect();
        Finding::good(SUBJECT, printable(&format!("{} subscribed: {}", apps.len(), names.join(", "))))
    }
}

fn reach(answer: &Result<Answer, NoAnswer>) -> Reach<'_> {
    reach::reach(answer, BUSY, |answer| match graph::refusal(answer) {
        // A gateway on the way that knows the status but not WhatsApp's codes.
        None if answer.status == 401 => Some((190, 0)),
        refusal => refusal,
    })
}

/// Whether WhatsApp is there, and whether it accepts the token.
fn reached(host: &str, reach: &Reach<'_>) -> Vec<Finding> {
    const TOKEN: &str = "token";
    let provider = reach::finding(host, reach, "base_url and graph_version");
    let token = match reach {
        Reach::Found(_) => Finding::good(TOKEN, "good for this number"),
        Reach::Refused { code: 190, subcode } => {
            let why = match subcode {
                463 => "it has expired",
                460 | 467 => "it was withdrawn",
                _ => "it has expired, was withdrawn, or is misspelt",
            };
            let next_step = "Make a new token of a system user and put it into access_token.";
            Finding::bad(TOKEN, format!("the provider does not take it: {why}"), next_step)
        }
        Reach::Refused { code, .. } => Finding::bad(
            TOKEN,
            format!("the provider does not know this number, or the token is not good for it (code {code})"),
            "Compare phone_number_id with the provider's console, and the rights of the token.",
        ),
        _ => return vec![provider],
    };
    vec![provider, token]
}

/// Whether messages can be sent at all: the worst of number, business account, business and app, and why.
fn health(number: &Value) -> Finding {
    const SUBJECT: &str = "health";
    let status = number.get("health_status");
    let state = |value: &Value| word(value, "can_send_message");
    let overall = status.map(state).unwrap_or_default();
    let entities = status.and_then(|status| status.get("entities")).and_then(Value::as_array);
    let (mut why, mut next_steps) = (Vec::new(), Vec::new());
    for entity in entities.into_iter().flatten().filter(|entity| state(entity) != "AVAILABLE") {
        let mut reasons = texts(entity.get("additional_info"));
        for error in entity.get("errors").and_then(Value::as_array).into_iter().flatten() {
            reasons.push(word(error, "error_description"));
            next_steps.push(word(error, "possible_solution"));
        }
        let reasons = reasons.join("; ");
        why.push(format!("{} {}: {reasons}", word(entity, "entity_type").to_lowercase(), state(entity)));
    }
    next_steps.retain(|step| !step.is_empty());
    next_steps.dedup();
    let next_step = match next_steps.join(" ") {
        none if none.is_empty() => "Look at the number in the provider's console.".to_owned(),
        steps => printable(&steps),
    };
    let why = printable(&why.join(", "));
    match overall.as_str() {
        "AVAILABLE" => Finding::good(SUBJECT, "messages can be sent"),
        "LIMITED" => {
            Finding::doubtful(SUBJECT, format!("messages can be sent, but limited: {why}"), &next_step)
        }
        "BLOCKED" => Finding::bad(SUBJECT, format!("no message can be sent: {why}"), &next_step),
        _ => Finding::doubtful(SUBJECT, "the provider does not say whether messages can be sent", &next_step),
    }
}

/// What WhatsApp says about the number itself.
fn of_number(number: &Value) -> Finding {
    let quality = word(number, "quality_rating");
    let level = number.get("throughput").map(|throughput| word(throughput, "level")).unwrap_or_default();
    let verified = word(number, "code_verification_status");
    let known = [
        word(number, "display_phone_number"),
        word(number, "verified_name"),
        labelled("quality", &quality),
        labelled("throughput", &level),
        labelled("verification", &verified),
    ];
    let known: Vec<_> = known.into_iter().filter(|part| !part.is_empty()).collect();
    let (verdict, next_step) = match (quality.as_str(), verified.as_str()) {
        ("RED" | "YELLOW", _) => (
            Verdict::Doubtful,
            Some("Customers block or report this number: write less, and to those who asked for it."),
        ),
        (_, "NOT_VERIFIED") => (Verdict::Doubtful, Some("Verify the number in the provider's console.")),
        _ => (Verdict::Good, None),
    };
    let sentence = printable(&known.join(", "));
    Finding { subject: "number".to_owned(), verdict, sentence, next_step: next_step.map(str::to_owned) }
}

fn labelled(label: &str, value: &str) -> String {
    if value.is_empty() { String::new() } else { format!("{label} {value}") }
}

/// A text at a key; empty where there is none.
fn word(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_str).map(printable).unwrap_or_default()
}

/// The texts of a list.
fn texts(values: Option<&Value>) -> Vec<String> {
    let values = values.and_then(Value::as_array).into_iter().flatten();
    values.filter_map(Value::as_str).map(printable).collect()
}
