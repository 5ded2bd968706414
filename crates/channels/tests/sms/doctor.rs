//! What `deskbell-hub check` says of a number at Twilio.

use std::time::Duration;

use axum::http::{StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use deskbell_channels::{Channel as _, Verdict};
use deskbell_protocol::Millis;
use serde_json::{Value, json};

use crate::provider::{Provider, answer, error};
use crate::support::{ACCOUNT, WEBHOOK, WORKSHOP, workshop_at};

const PATIENCE: Duration = Duration::from_secs(20);

fn number() -> Value {
    json!({"phone_number": WORKSHOP, "friendly_name": "Desk", "sms_url": WEBHOOK, "sms_method": "POST",
        "sms_application_sid": ""})
}

/// A provider with this account status and this number.
fn with(status: &'static str, number: Value) -> impl Fn(&Uri) -> Response + Send + Sync + 'static {
    move |uri| {
        if uri.path().ends_with("/IncomingPhoneNumbers.json") {
            answer(&json!({"incoming_phone_numbers": [number]}))
        } else {
            answer(&json!({"sid": ACCOUNT, "friendly_name": "Workshop", "status": status}))
        }
    }
}

/// What is found at a provider, one line each.
async fn found(answer: impl Fn(&Uri) -> Response + Send + Sync + 'static) -> Vec<String> {
    let provider = Provider::that_answers(answer).await;
    let diagnosis = workshop_at(&provider.base_url).diagnose(PATIENCE).await;
    let line = |it: deskbell_channels::Finding| {
        assert_eq!(it.verdict == Verdict::Good, it.next_step.is_none(), "{it:?}");
        format!("{:?} {}: {} -> {}", it.verdict, it.subject, it.sentence, it.next_step.unwrap_or_default())
    };
    diagnosis.findings.into_iter().map(line).collect()
}

#[tokio::test]
async fn with_everything_in_order_every_line_is_good() {
    let found = found(with("active", number())).await;
    assert_eq!(
        found,
        [
            "Good provider: 127.0.0.1 is there -> ",
            "Good token: good for this account -> ",
            "Good account: Workshop -> ",
            "Good number: +15551234567, Desk -> ",
            "Good webhook: deliveries go to https://desk.example/webhooks/sms/workshop -> ",
        ]
    );
}

#[tokio::test]
async fn what_is_wrong_is_named_with_the_next_step() {
    let changed = |key: &str, value: &str| {
        let mut number = number();
        number[key] = value.into();
        number
    };
    for (status, number, expected) in [
        ("suspended", number(), "Bad account: no message can be sent: it is suspended"),
        (
            "active",
            changed("phone_number", "+15550000000"),
            "Bad number: +15551234567 is not a number of this",
        ),
        ("active", changed("sms_url", ""), "Bad webhook: none is set"),
        (
            "active",
            changed("sms_url", "https://else.example/\u{1b}[31m"),
            "Doubtful webhook: deliveries go to",
        ),
        ("active", changed("sms_method", "GET"), "Bad webhook: deliveries come by GET"),
        ("active", changed("sms_application_sid", "AP1"), "Doubtful webhook: an application"),
    ] {
        let found = found(with(status, number)).await.join("\n");
        assert!(found.contains(expected) && !found.contains('\u{1b}'), "{expected}: {found}");
    }
    for (answer, expected) in [
        ((|_| error(401, 20_003)) as fn(&Uri) -> Response, "Bad token: the provider does not accept it"),
        (|_| StatusCode::UNAUTHORIZED.into_response(), "Bad token: the provider does not accept it"),
        (|_| error(404, 20_404), "Bad token: the provider refuses the account (code 20404)"),
        (|_| error(429, 20_429), "Doubtful provider: 127.0.0.1 is there but asks for patience"),
        (|_| error(500, 20_500), "Doubtful provider: 127.0.0.1 has trouble of its own (500)"),
        (|_| Html("<h1>nginx</h1>").into_response(), "Bad provider: 127.0.0.1 answers (200), but not as"),
        (|_| StatusCode::FOUND.into_response(), "Bad provider: 127.0.0.1 sends on to another address"),
    ] {
        let found = found(answer).await.join("\n");
        assert!(found.contains(expected), "{expected}: {found}");
    }
}

#[tokio::test]
async fn a_provider_that_is_silent_or_absent_is_told_apart() {
    let sentences = async |base_url: &str, patience: Duration| {
        let diagnosis = workshop_at(base_url).diagnose(patience).await;
        diagnosis.findings.into_iter().map(|it| it.sentence).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(sentences("http://127.0.0.1:1", PATIENCE).await, "127.0.0.1 cannot be reached");
    assert_eq!(sentences("not an address", PATIENCE).await, "the settings make no address");
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", silent.local_addr().unwrap());
    assert_eq!(sentences(&address, Duration::from_millis(300)).await, "127.0.0.1 does not answer in time");
}

#[tokio::test]
async fn the_time_at_the_provider_is_passed_on() {
    let provider = Provider::that_answers(|_| {
        let date = [(header::DATE, "Thu, 01 Jan 1970 00:01:00 GMT")];
        (date, axum::Json(json!({"status": "active"}))).into_response()
    });
    let diagnosis = workshop_at(&provider.await.base_url).diagnose(PATIENCE).await;
    let clock = diagnosis.clock.unwrap();
    assert_eq!((clock.host.as_str(), clock.at), ("127.0.0.1", Millis(60_000)));
}
