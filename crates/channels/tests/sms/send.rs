//! What the channel says about a message it posted, and about its account.

use axum::http::{StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use deskbell_channels::{
    Channel as _, Credentials, Outbound, OutboundContent, OutboundTemplate, Recipient, SendOutcome, is_barred,
};
use deskbell_protocol::{FailureClass, OwnSide, Remedy};
use serde_json::json;

use crate::provider::{Provider, accepted, answer, error};
use crate::support::{ACCOUNT, WEBHOOK, WORKSHOP, workshop_at};

fn to_carla() -> Outbound {
    Outbound {
        to: Recipient::Phone("15557654321".to_owned()),
        content: OutboundContent::Text { body: "Grüezi Carla 👋 & co".to_owned() },
        echo: "0198c0de:2".to_owned(),
    }
}

async fn outcome_of(answer: impl Fn(&Uri) -> Response + Send + Sync + 'static) -> SendOutcome {
    let provider = Provider::that_answers(answer).await;
    let outcome = workshop_at(&provider.base_url).sink().send(&to_carla()).await;
    assert_eq!(provider.asked().len(), 1, "one message is posted once");
    outcome
}

#[tokio::test]
async fn a_message_is_posted_as_twilio_wants_it_and_its_callback_carries_the_echo() {
    let provider = Provider::that_answers(|_| accepted()).await;
    let workshop = workshop_at(&format!("{}/", provider.base_url));
    let outcome = workshop.sink().send(&to_carla()).await;
    assert_eq!(outcome, SendOutcome::Accepted { provider_id: "SM9".to_owned(), reported: None });
    let asked = provider.asked().remove(0);
    assert_eq!(asked.call, format!("POST /2010-04-01/Accounts/{ACCOUNT}/Messages.json"));
    // printf '%s' 'AC0123456789abcdef0123456789abcdef:very-secret-token' | base64 -w0
    assert_eq!(
        asked.authorization,
        "Basic QUMwMTIzNDU2Nzg5YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZjp2ZXJ5LXNlY3JldC10b2tlbg=="
    );
    let fields = ["To", "From", "Body", "StatusCallback"].map(|name| asked.field(name).to_owned());
    let callback = format!("{WEBHOOK}?o=0198c0de%3A2");
    assert_eq!(fields, ["+15557654321", WORKSHOP, "Grüezi Carla 👋 & co", &callback]);
    assert_eq!(asked.fields.len(), 4);
}

#[tokio::test]
async fn only_texts_to_phone_numbers_are_posted() {
    let provider = Provider::that_answers(|_| accepted()).await;
    let workshop = workshop_at(&provider.base_url);
    let refused = async |message: Outbound| match workshop.sink().send(&message).await {
        SendOutcome::Refused(failure) => (failure.class.unwrap(), failure.remedy),
        other => panic!("{other:?}"),
    };
    for to in [Recipient::UserId("BANK".to_owned()), Recipient::Phone("+49 176".to_owned())] {
        let outcome = refused(Outbound { to, ..to_carla() }).await;
        assert_eq!(outcome, (FailureClass::Address, Remedy::ConfirmAddress));
    }
    let (name, language) = ("order".to_owned(), "en".to_owned());
    let template = OutboundTemplate { name, language, parameters: Vec::new() };
    let outcome = refused(Outbound { content: OutboundContent::Template(template), ..to_carla() }).await;
    assert_eq!(outcome, (FailureClass::Content, Remedy::WriteAgain));
    assert!(provider.asked().is_empty(), "none of these reached the provider");
    assert_eq!(workshop.sink().templates().await, Ok(Vec::new()));
    assert!(!workshop.sink().mark_read("SM1", true).await);
}

#[tokio::test]
async fn a_refusal_says_what_it_is_and_what_to_do() {
    for (status, code, class, remedy) in [
        (400, 21_211, FailureClass::Address, Remedy::ConfirmAddress),
        (400, 21_610, FailureClass::OptedOut, Remedy::WaitForContact),
        (400, 21_606, FailureClass::Account, Remedy::TellAdministrator),
        (400, 21_617, FailureClass::Content, Remedy::WriteAgain),
        (404, 20_404, FailureClass::Account, Remedy::TellAdministrator),
        (400, 29_999, FailureClass::Other, Remedy::Nothing),
    ] {
        match outcome_of(move |_| error(status, code)).await {
            SendOutcome::Refused(failure) => {
                assert_eq!(failure.reason, format!("sms.{code}"));
                assert_eq!((failure.class, failure.remedy), (Some(class), remedy), "{code}");
            }
            other => panic!("{code}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn too_many_at_once_waits_as_long_as_twilio_asks() {
    let busy = |_: &Uri| {
        let mut response = error(429, 20_429);
        response.headers_mut().insert(header::RETRY_AFTER, "7".parse().unwrap());
        response
    };
    let SendOutcome::Later { after_ms, failure } = outcome_of(busy).await else { panic!() };
    assert_eq!((after_ms, failure.class), (Some(7_000), Some(FailureClass::Rate)));
    assert!(matches!(outcome_of(|_| error(429, 29_999)).await, SendOutcome::Later { .. }));
    assert!(matches!(
        outcome_of(|_| StatusCode::TOO_MANY_REQUESTS.into_response()).await,
        SendOutcome::Later { .. }
    ));
}

#[tokio::test]
async fn a_failing_server_leaves_it_open_even_if_it_says_why() {
    for status in [500, 503] {
        assert_eq!(outcome_of(move |_| error(status, 20_500)).await, SendOutcome::Ambiguous, "{status}");
    }
    assert_eq!(outcome_of(|_| Html("<h1>Welcome</h1>").into_response()).await, SendOutcome::Ambiguous);
    assert_eq!(outcome_of(|_| answer(&json!({"status": "queued"}))).await, SendOutcome::Ambiguous);
}

#[tokio::test]
async fn a_token_that_is_not_accepted_is_no_fault_of_the_message() {
    for outcome in [
        outcome_of(|_| error(401, 20_003)).await,
        outcome_of(|_| StatusCode::UNAUTHORIZED.into_response()).await,
    ] {
        let SendOutcome::NotConnected(failure) = outcome else { panic!("{outcome:?}") };
        assert_eq!(
            (failure.reason.as_str(), failure.class),
            ("sms.no_access", Some(FailureClass::Credentials))
        );
        assert!(!is_barred(&failure));
    }
    let firewall = outcome_of(|_| (StatusCode::FORBIDDEN, "<h1>Blocked</h1>").into_response()).await;
    let SendOutcome::NotConnected(failure) = firewall else { panic!("{firewall:?}") };
    assert!(failure.reason == "sms.barred" && is_barred(&failure));
    assert_eq!(workshop_at("http://127.0.0.1:1").sink().barred_alone().class, Some(FailureClass::Barred));
}

#[tokio::test]
async fn an_unreachable_provider_is_tried_again_and_a_redirection_is_not_followed() {
    let outcome = workshop_at("http://127.0.0.1:1").sink().send(&to_carla()).await;
    assert!(
        matches!(&outcome, SendOutcome::Later { failure, .. } if failure.reason == "sms.unreachable"),
        "{outcome:?}"
    );
    let stranger = Provider::that_answers(|_| accepted()).await;
    let there = stranger.base_url.clone();
    let redirect =
        move |_: &Uri| (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, there.clone())]).into_response();
    assert!(matches!(outcome_of(redirect).await, SendOutcome::Later { .. }));
    assert!(stranger.asked().is_empty(), "the stranger saw {:?}", stranger.asked());
}

#[tokio::test]
async fn the_account_tells_whether_the_token_is_accepted_and_whether_it_can_send() {
    let with_status =
        |status: &'static str| move |_: &Uri| answer(&json!({"sid": ACCOUNT, "status": status}));
    let provider = Provider::that_answers(with_status("active")).await;
    let workshop = workshop_at(&provider.base_url);
    assert_eq!(workshop.sink().check_credentials().await, Credentials::Accepted);
    assert_eq!(workshop.sink().health().await, OwnSide::Available);
    assert_eq!(provider.asked()[0].call, format!("GET /2010-04-01/Accounts/{ACCOUNT}.json"));

    let suspended = workshop_at(&Provider::that_answers(with_status("suspended")).await.base_url);
    let reasons = vec!["The account is suspended.".to_owned()];
    assert_eq!(suspended.sink().health().await, OwnSide::Blocked { reasons });
    let refused = workshop_at(&Provider::that_answers(|_| error(401, 20_003)).await.base_url);
    assert!(matches!(refused.sink().check_credentials().await, Credentials::Rejected(_)));
    assert!(matches!(refused.sink().health().await, OwnSide::Unknown { .. }));
    for silent in [
        (|_| StatusCode::BAD_GATEWAY.into_response()) as fn(&Uri) -> Response,
        |_| error(429, 20_429),
        |_| Html("<h1>Hello</h1>").into_response(),
    ] {
        let workshop = workshop_at(&Provider::that_answers(silent).await.base_url);
        assert_eq!(workshop.sink().check_credentials().await, Credentials::Unknown);
    }
    assert_eq!(workshop_at("not an address").sink().check_credentials().await, Credentials::Unknown);
}

#[test]
fn nothing_that_prints_the_account_prints_the_token() {
    let workshop = workshop_at("http://127.0.0.1:1");
    assert!(!format!("{workshop:?}").contains("very-secret"));
}
