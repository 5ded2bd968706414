//! What `deskbell-hub check` says of a WhatsApp account.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use deskbell_channels::whatsapp::{Settings, WhatsApp};
use deskbell_channels::{AccountContext, Channel as _, Diagnosis, Secret, Verdict};
use deskbell_protocol::Millis;
use serde_json::{Value, json};
use tokio::net::TcpListener;

const PATIENCE: Duration = Duration::from_secs(20);

type Answerer = Arc<dyn Fn(&Uri) -> Response + Send + Sync>;

async fn provider_that_answers(answer: impl Fn(&Uri) -> Response + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let answer: Answerer = Arc::new(answer);
    let take = async |State(answer): State<Answerer>, uri: Uri| answer(&uri);
    let router = Router::new().fallback(take).with_state(answer);
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

fn number() -> Value {
    json!({
        "id": "10654", "display_phone_number": "+49 30 1", "verified_name": "Workshop", "quality_rating": "GREEN",
        "throughput": {"level": "STANDARD"}, "code_verification_status": "VERIFIED",
        "health_status": {"can_send_message": "AVAILABLE", "entities": []},
    })
}

fn apps() -> Value {
    json!({"data": [{"whatsapp_business_api_data": {"id": "63", "name": "Deskbell"}}]})
}

/// A provider that tells this of the number and of the apps that are subscribed.
fn telling(number: Value, apps: Value) -> impl Fn(&Uri) -> Response + Send + Sync + 'static {
    move |uri| {
        let subscribed = uri.path().ends_with("/subscribed_apps");
        axum::Json(if subscribed { apps.clone() } else { number.clone() }).into_response()
    }
}

async fn diagnosis_at(base_url: &str, waba: Option<&str>, patience: Duration) -> Diagnosis {
    let secret = || Secret::new("s");
    let settings = Settings {
        base_url: base_url.to_owned(),
        business_account_id: waba.map(str::to_owned),
        ..Settings::new("10654", secret(), secret(), secret())
    };
    WhatsApp::new(settings, &AccountContext::new("shop")).diagnose(patience).await
}

/// What is found at a provider, one line each.
async fn found(answer: impl Fn(&Uri) -> Response + Send + Sync + 'static) -> String {
    let address = provider_that_answers(answer).await;
    let findings = diagnosis_at(&address, Some("1029"), PATIENCE).await.findings;
    let lines = findings.into_iter().map(|it| {
        assert_eq!(it.verdict == Verdict::Good, it.next_step.is_none(), "{it:?}");
        format!("{:?} {}: {} -> {}\n", it.verdict, it.subject, it.sentence, it.next_step.unwrap_or_default())
    });
    lines.collect()
}

fn refusal(status: StatusCode, code: i64, subcode: i64) -> Response {
    let error = json!({"error": {"code": code, "error_subcode": subcode, "type": "OAuthException"}});
    (status, axum::Json(error)).into_response()
}

#[tokio::test]
async fn with_everything_in_order_every_line_is_good() {
    assert_eq!(
        found(telling(number(), apps())).await,
        "Good provider: 127.0.0.1 is there -> \n\
         Good token: good for this number -> \n\
         Good health: messages can be sent -> \n\
         Good number: +49 30 1, Workshop, quality GREEN, throughput STANDARD, verification VERIFIED -> \n\
         Good webhook: 1 subscribed: Deskbell -> \n"
    );
}

#[tokio::test]
async fn what_is_wrong_is_named_with_the_next_step() {
    let changed = |key: &str, value: Value| {
        let mut number = number();
        number[key] = value;
        number
    };
    let limited = json!({"can_send_message": "LIMITED", "entities": [{"entity_type": "PHONE_NUMBER",
        "can_send_message": "LIMITED", "additional_info": ["The display name is not \u{1b}[31mapproved."]}]});
    let blocked = json!({"can_send_message": "BLOCKED", "entities": [{"entity_type": "WABA",
        "can_send_message": "BLOCKED", "errors": [{"error_code": 141_006,
        "error_description": "There is no payment method.", "possible_solution": "Add one."}]}]});
    let mut elsewhere = apps();
    elsewhere["data"][0]["override_callback_uri"] = "https://elsewhere.example/hook".into();
    for (number, apps, expected) in [
        (changed("quality_rating", "RED".into()), apps(), "Doubtful number: +49 30 1, Workshop, quality RED"),
        (
            changed("health_status", limited),
            apps(),
            "Doubtful health: messages can be sent, but limited: phone",
        ),
        (changed("health_status", blocked), apps(), "waba BLOCKED: There is no payment method. -> Add one."),
        (changed("health_status", Value::Null), apps(), "Doubtful health: the provider does not say"),
        (number(), json!({"data": []}), "-> Subscribe your app: POST /v26.0/1029/subscribed_apps"),
        (number(), elsewhere, "Doubtful webhook: deliveries go to https://elsewhere.example/hook"),
    ] {
        let found = found(telling(number, apps)).await;
        assert!(found.contains(expected) && !found.contains('\u{1b}'), "{expected}: {found}");
    }
    for (answer, expected) in [
        (
            (|_| refusal(StatusCode::UNAUTHORIZED, 190, 463)) as fn(&Uri) -> Response,
            "Bad token: the provider does not take it: it has expired",
        ),
        (|_| StatusCode::UNAUTHORIZED.into_response(), "or is misspelt"),
        (|_| refusal(StatusCode::BAD_REQUEST, 100, 33), "Bad token: the provider does not know this number"),
        (|_| refusal(StatusCode::BAD_REQUEST, 4, 0), "Doubtful provider: 127.0.0.1 is there but asks"),
        (|_| StatusCode::BAD_GATEWAY.into_response(), "has trouble of its own (502)"),
        (|_| Html("<h1>nginx</h1>").into_response(), "answers (200), but not as the provider does"),
        (|_| StatusCode::FOUND.into_response(), "sends on to another address"),
    ] {
        let found = found(answer).await;
        assert!(found.contains(expected), "{expected}: {found}");
    }
}

#[tokio::test]
async fn what_cannot_be_asked_is_said() {
    let sentences = async |base_url: &str, waba: Option<&str>, patience: Duration| {
        let findings = diagnosis_at(base_url, waba, patience).await.findings;
        findings.into_iter().map(|it| it.sentence).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(sentences("http://127.0.0.1:1", None, PATIENCE).await, "127.0.0.1 cannot be reached");
    assert_eq!(sentences("not an address", None, PATIENCE).await, "the settings make no address");
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", silent.local_addr().unwrap());
    let words = sentences(&address, None, Duration::from_millis(300)).await;
    assert_eq!(words, "127.0.0.1 does not answer in time");
    let there = provider_that_answers(telling(number(), apps())).await;
    assert!(
        sentences(&there, None, PATIENCE).await.contains("not looked at, because the settings do not name")
    );
}

#[tokio::test]
async fn the_time_at_the_provider_is_passed_on() {
    let address = provider_that_answers(|_| {
        let date = [(header::DATE, "Sun, 06 Nov 1994 08:49:37 GMT")];
        (date, axum::Json(json!({"id": "10654"}))).into_response()
    });
    let clock = diagnosis_at(&address.await, None, PATIENCE).await.clock.unwrap();
    assert_eq!((clock.host.as_str(), clock.at), ("127.0.0.1", Millis(784_111_777_000)));
}
