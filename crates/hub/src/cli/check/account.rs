//! An account at its provider: reached, believed, subscribed and healthy.

use std::time::Duration;

use deskbell_protocol::Millis;
use serde_json::Value;

use crate::cli::check::graph::{Answer, Graph};
use crate::cli::check::{Finding, Verdict};
use crate::settings::AccountSettings;

/// What is asked of the number (Cloud API reference, "business phone numbers" and "health status").
const FIELDS: &str = "health_status,quality_rating,verified_name,display_phone_number,throughput,\
                      code_verification_status";

/// How much of what the provider says is shown, in characters.
const SHOWN: usize = 300;

/// Looks at one account. Returns also the provider's host with the time it is there.
pub(crate) async fn look(
    account: &AccountSettings,
    proxy: Option<&str>,
    patience: Duration,
) -> (Vec<Finding>, Option<(String, Millis)>) {
    let name = &account.name;
    let Some(graph) = Graph::of(account, proxy, patience) else {
        let next_step = "Correct base_url, graph_version and phone_number_id of the account.";
        return (
            vec![Finding::bad(&format!("{name}: provider"), "the settings make no address", next_step)],
            None,
        );
    };
    let (answer, date) = graph.ask(&[&account.phone_number_id], Some(FIELDS)).await;
    let mut found = reached(name, &graph.host(), &answer);
    if let Answer::Told(number) = &answer {
        found.push(health(name, number));
        found.push(of_number(name, number));
        found.push(webhook(account, &graph).await);
    }
    (found, date.map(|at| (graph.host(), at)))
}

/// Whether the provider is there, and whether it takes the token.
fn reached(name: &str, host: &str, answer: &Answer) -> Vec<Finding> {
    let (provider, token) = (format!("{name}: provider"), format!("{name}: token"));
    let there = || Finding::good(&provider, format!("{host} is there"));
    let bad = |words: String, next_step: &str| vec![Finding::bad(&provider, words, next_step)];
    match answer {
        Answer::Told(_) => vec![there(), Finding::good(&token, "good for this number")],
        Answer::Refused { code: 190, subcode } => {
            let why = match subcode {
                463 => "it has expired",
                460 | 467 => "it was withdrawn",
                _ => "it has expired, was withdrawn, or is misspelt",
            };
            let next_step = "Make a new token of a system user and put it into access_token.";
            vec![there(), Finding::bad(&token, format!("the provider does not take it: {why}"), next_step)]
        }
        Answer::Refused { code, .. } => vec![
            there(),
            Finding::bad(
                &token,
                format!(
                    "the provider does not know this number, or the token is not good for it (code {code})"
                ),
                "Compare phone_number_id with the provider's console, and the rights of the token.",
            ),
        ],
        Answer::Busy => vec![Finding::doubtful(
            &provider,
            format!("{host} is there but asks for patience"),
            "Check again in a few minutes.",
        )],
        Answer::Trouble(status) => vec![Finding::doubtful(
            &provider,
            format!("{host} has trouble of its own ({status})"),
            "Check again in a few minutes, and look at the provider's status page.",
        )],
        Answer::Elsewhere => bad(
            format!("{host} sends on to another address, which is not followed"),
            "Write the true address of the provider into base_url.",
        ),
        Answer::Strange(status) => bad(
            format!("{host} answers ({status}), but not as the provider does"),
            "Correct base_url and graph_version; something else may answer there.",
        ),
        Answer::Silence => bad(
            format!("{host} does not answer in time"),
            "Look at the network and the firewall between here and there.",
        ),
        Answer::Nobody => bad(
            format!("{host} cannot be reached"),
            "Look at the network, the name service and the firewall between here and there.",
        ),
    }
}

/// Whether messages can be sent at all: the worst of number, business account, business and app, and why.
fn health(name: &str, number: &Value) -> Finding {
    let what = format!("{name}: health");
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
        steps => shown(&steps),
    };
    let why = shown(&why.join(", "));
    match overall.as_str() {
        "AVAILABLE" => Finding::good(&what, "messages can be sent"),
        "LIMITED" => {
            Finding::doubtful(&what, format!("messages can be sent, but limited: {why}"), &next_step)
        }
        "BLOCKED" => Finding::bad(&what, format!("no message can be sent: {why}"), &next_step),
        _ => Finding::doubtful(&what, "the provider does not say whether messages can be sent", &next_step),
    }
}

/// What the provider says about the number itself.
fn of_number(name: &str, number: &Value) -> Finding {
    let what = format!("{name}: number");
    let quality = word(number, "quality_rating");
    let level = number.get("throughput").map(|throughput| word(throughput, "level")).unwrap_or_default();
    let verified = word(number, "code_verification_status");
    let known = [
        word(number, "display_phone_number"),
        word(number, "verified_name"),
        named("quality", &quality),
        named("throughput", &level),
        named("verification", &verified),
    ];
    let words = shown(&known.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", "));
    let (verdict, next_step) = match (quality.as_str(), verified.as_str()) {
        ("RED" | "YELLOW", _) => (
            Verdict::Doubtful,
            Some("Customers block or report this number: write less, and to those who asked for it."),
        ),
        (_, "NOT_VERIFIED") => (Verdict::Doubtful, Some("Verify the number in the provider's console.")),
        _ => (Verdict::Good, None),
    };
    Finding { what, verdict, words, next_step: next_step.map(str::to_owned) }
}

/// Whether what customers write is delivered to an app at all (Cloud API reference, "subscribed apps").
async fn webhook(account: &AccountSettings, graph: &Graph<'_>) -> Finding {
    let what = format!("{}: webhook", account.name);
    let Some(waba) = account.waba_id.as_deref().filter(|waba| !waba.is_empty()) else {
        return Finding::doubtful(
            &what,
            "not looked at, because the settings do not name the business account",
            "Set waba_id to the id of the WhatsApp business account (provider's console, API setup).",
        );
    };
    let subscribe = format!(
        "Subscribe your app: POST /{}/{waba}/subscribed_apps with the token, or in the provider's console.",
        account.graph_version
    );
    let Answer::Told(said) = graph.ask(&[waba, "subscribed_apps"], None).await.0 else {
        return Finding::bad(
            &what,
            "the provider does not say which apps are subscribed to this business account",
            "Compare waba_id with the provider's console; the token needs whatsapp_business_management.",
        );
    };
    let apps = said.get("data").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if apps.is_empty() {
        return Finding::bad(
            &what,
            "no app is subscribed: nothing that customers write is delivered",
            &subscribe,
        );
    }
    let ours = format!("/webhooks/whatsapp/{}", account.name);
    let elsewhere = apps.iter().map(|app| word(app, "override_callback_uri"));
    if let Some(uri) = elsewhere.into_iter().find(|uri| !uri.is_empty() && !uri.ends_with(&ours)) {
        return Finding::doubtful(
            &what,
            shown(&format!("deliveries go to {uri}")),
            &format!("This hub takes them at …{ours}; correct the override of the subscription."),
        );
    }
    let app = |app: &Value| {
        app.get("whatsapp_business_api_data").map(|data| word(data, "name")).unwrap_or_default()
    };
    let names: Vec<_> = apps.iter().map(app).filter(|name| !name.is_empty()).collect();
    Finding::good(&what, shown(&format!("{} subscribed: {}", apps.len(), names.join(", "))))
}

fn named(name: &str, value: &str) -> String {
    if value.is_empty() { String::new() } else { format!("{name} {value}") }
}

/// A text of the provider; empty where there is none.
fn word(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_str).map(shown).unwrap_or_default()
}

fn texts(values: Option<&Value>) -> Vec<String> {
    let values = values.and_then(Value::as_array).into_iter().flatten();
    values.filter_map(Value::as_str).map(shown).collect()
}

/// What somebody else wrote, as a terminal may show it.
fn shown(text: &str) -> String {
    text.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).take(SHOWN).collect()
}
