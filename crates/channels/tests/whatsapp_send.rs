//! What the connector says about a message it posted, against a provider that behaves and misbehaves.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use deskbell_channels::whatsapp::{Settings, WhatsApp};
use deskbell_channels::{
    AccountContext, Credentials, Outbound, OutboundContent, Recipient, Secret, SendOutcome,
};
use deskbell_protocol::Remedy;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// What a provider saw.
#[derive(Clone, Debug)]
struct Asked {
    path: String,
    authorization: String,
    body: Value,
}

type Answerer = Arc<dyn Fn() -> Response + Send + Sync>;

#[derive(Clone)]
struct Provider {
    asked: Arc<Mutex<Vec<Asked>>>,
    answer: Answerer,
    base_url: String,
}

impl Provider {
    async fn that_answers(answer: impl Fn() -> Response + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let provider = Self { asked: Arc::default(), answer: Arc::new(answer), base_url };
        let router = Router::new().fallback(take).with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        provider
    }

    fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

async fn take(State(provider): State<Provider>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let authorization = headers.get(header::AUTHORIZATION).map(|it| it.to_str().unwrap().to_owned());
    provider.asked.lock().unwrap().push(Asked {
        path: uri.path().to_owned(),
        authorization: authorization.unwrap_or_default(),
        body: serde_json::from_slice(&body).unwrap_or_default(),
    });
    (provider.answer)()
}

fn whatsapp(base_url: &str) -> WhatsApp {
    WhatsApp::new(settings(base_url), &AccountContext::new("shop"))
}

fn settings(base_url: &str) -> Settings {
    let (token, app_secret) = (Secret::new("very-secret-token"), Secret::new("very-secret-key"));
    Settings {
        base_url: base_url.to_owned(),
        business_account_id: Some("102".to_owned()),
        ..Settings::new("106", token, app_secret, Secret::new("very-secret-word"))
    }
}

fn to_carla() -> Outbound {
    Outbound {
        to: Recipient::Phone("16505550142".to_owned()),
        content: OutboundContent::Text { body: "Grüezi Carla 👋".to_owned() },
        echo: "0198c0de".to_owned(),
    }
}

fn accepted() -> Response {
    axum::Json(json!({"messages": [{"id": "wamid.B"}]})).into_response()
}

fn graph_error(status: u16, code: i64) -> Response {
    let error = json!({"message": "m", "type": "OAuthException", "code": code,
        "error_data": {"details": "Because."}, "fbtrace_id": "T"});
    (StatusCode::from_u16(status).unwrap(), axum::Json(json!({ "error": error }))).into_response()
}

async fn outcome_of(answer: impl Fn() -> Response + Send + Sync + 'static) -> SendOutcome {
    let provider = Provider::that_answers(answer).await;
    let outcome = whatsapp(&provider.base_url).send(&to_carla()).await;
    assert_eq!(provider.asked().len(), 1, "one message is posted once");
    outcome
}

#[tokio::test]
async fn a_number_that_the_provider_knows_in_another_way_is_told_as_dialled_and_as_known() {
    let reported = |contact: serde_json::Value| async move {
        let answer = json!({"contacts": [contact], "messages": [{"id": "wamid.B"}]});
        let provider = Provider::that_answers(move || axum::Json(answer.clone()).into_response()).await;
        match whatsapp(&provider.base_url).send(&to_carla()).await {
            SendOutcome::Accepted { reported, .. } => reported.map(|it| (it.dialled, it.known_as)),
            other => panic!("{other:?}"),
        }
    };
    let both = |dialled: &str, known_as: &str| Some((dialled.to_owned(), known_as.to_owned()));
    let brazilian = json!({"input": "+55 11 98765-4321", "wa_id": "551187654321"});
    assert_eq!(reported(brazilian).await, both("5511987654321", "551187654321"));
    let same = json!({"input": "+16505551234", "wa_id": "16505551234"});
    assert_eq!(reported(same).await, both("16505551234", "16505551234"));
    // Who was written to by their id has no number there, and nothing is made up of what is none.
    for contact in [
        json!({"input": "DE.1349", "user_id": "DE.1349"}),
        json!({"input": "+16505551234", "wa_id": ""}),
        json!({"input": "+16505551234", "wa_id": "DE.1349"}),
        json!(7),
    ] {
        assert_eq!(reported(contact).await, None);
    }
}

/// A provider below HTTP: reads the whole request, then writes these bytes and hangs up.
async fn outcome_of_bytes(answer: &'static [u8]) -> SendOutcome {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    let provider = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"}") {
            assert_ne!(stream.read_buf(&mut request).await.unwrap(), 0);
        }
        stream.write_all(answer).await.unwrap();
    });
    let outcome = whatsapp(&base_url).send(&to_carla()).await;
    provider.await.unwrap();
    outcome
}

#[tokio::test]
async fn a_message_to_a_number_is_posted_as_the_provider_wants_it() {
    let provider = Provider::that_answers(accepted).await;
    let outcome = whatsapp(&format!("{}/", provider.base_url)).send(&to_carla()).await;
    assert_eq!(outcome, SendOutcome::Accepted { provider_id: "wamid.B".to_owned(), reported: None });
    let asked = provider.asked().remove(0);
    assert_eq!(asked.path, "/v26.0/106/messages");
    assert_eq!(asked.authorization, "Bearer very-secret-token");
    assert_eq!(
        asked.body,
        json!({
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": "+16505550142",
            "type": "text",
            "text": {"body": "Grüezi Carla 👋", "preview_url": false},
            "biz_opaque_callback_data": "0198c0de",
        })
    );
}

#[tokio::test]
async fn a_user_id_goes_into_recipient_and_never_into_to() {
    let provider = Provider::that_answers(accepted).await;
    let whatsapp = whatsapp(&provider.base_url);
    let to_deniz = Outbound { to: Recipient::UserId("DE.20417".to_owned()), ..to_carla() };
    assert!(matches!(whatsapp.send(&to_deniz).await, SendOutcome::Accepted { .. }));
    let asked = provider.asked().remove(0);
    assert_eq!(asked.body.get("recipient"), Some(&json!("DE.20417")));
    assert_eq!(asked.body.get("to"), None);

    for mistaken in ["DE.20417", "", "+", "0049 176", "12"] {
        let wrong = Outbound { to: Recipient::Phone(mistaken.to_owned()), ..to_carla() };
        let SendOutcome::Refused(failure) = whatsapp.send(&wrong).await else { panic!("{mistaken}") };
        assert_eq!(failure.remedy, Remedy::ConfirmAddress);
    }
    assert_eq!(provider.asked().len(), 1, "none of these was put before the provider");
}

#[tokio::test]
async fn a_provider_nobody_reaches_is_tried_again_later() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let outcome = whatsapp(&base_url).send(&to_carla()).await;
    assert!(
        matches!(&outcome, SendOutcome::Later { failure, .. } if failure.reason == "whatsapp.unreachable"),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn once_the_request_is_out_a_lost_answer_leaves_it_open() {
    for answer in [
        b"".as_slice(),
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"messages\":[",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"mes\r\n",
        b"what is this",
    ] {
        let outcome = outcome_of_bytes(answer).await;
        assert_eq!(outcome, SendOutcome::Ambiguous, "{}", String::from_utf8_lossy(answer));
    }
}

#[tokio::test]
async fn success_that_cannot_be_read_leaves_it_open() {
    assert_eq!(outcome_of(|| Html("<h1>Welcome</h1>").into_response()).await, SendOutcome::Ambiguous);
    assert_eq!(
        outcome_of(|| axum::Json(json!({"messages": []})).into_response()).await,
        SendOutcome::Ambiguous
    );
}

/// An answer of so many bytes that says the message was accepted.
fn long(bytes: usize) -> Response {
    let around = json!({"messages": [{"id": "wamid.B"}], "more": ""}).to_string().len();
    let answer = json!({"messages": [{"id": "wamid.B"}], "more": "x".repeat(bytes - around)}).to_string();
    assert_eq!(answer.len(), bytes);
    ([(header::CONTENT_TYPE, "application/json")], answer).into_response()
}

#[tokio::test]
async fn an_answer_is_read_up_to_64_kib_and_not_a_byte_further() {
    let most = 64 * 1024;
    let accepted = SendOutcome::Accepted { provider_id: "wamid.B".to_owned(), reported: None };
    assert_eq!(outcome_of(move || long(most)).await, accepted);
    assert_eq!(outcome_of(move || long(most + 1)).await, SendOutcome::Ambiguous);
}

#[tokio::test]
async fn a_provider_that_never_stops_talking_is_hung_up_on() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    let talker = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"}") {
            assert_ne!(stream.read_buf(&mut request).await.unwrap(), 0);
        }
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n{\"more\":\"").await.unwrap();
        let mut said = 0_usize;
        while stream.write_all(&[b'x'; 1024]).await.is_ok() {
            said += 1024;
        }
        said
    });
    // Sooner than the time-out of a whole answer would end it.
    let quick = Duration::from_secs(20);
    let outcome = tokio::time::timeout(quick, whatsapp(&base_url).send(&to_carla())).await;
    assert_eq!(outcome.expect("cut short"), SendOutcome::Ambiguous);
    tokio::time::timeout(quick, talker).await.expect("hung up on").unwrap();
}

#[tokio::test]
async fn a_failing_server_that_says_why_is_believed_and_one_that_does_not_leaves_it_open() {
    assert_eq!(
        outcome_of(|| (StatusCode::BAD_GATEWAY, Html("<h1>502</h1>")).into_response()).await,
        SendOutcome::Ambiguous
    );
    assert_eq!(outcome_of(|| StatusCode::GATEWAY_TIMEOUT.into_response()).await, SendOutcome::Ambiguous);
    let outcome = outcome_of(|| graph_error(500, 131_000)).await;
    assert!(matches!(&outcome, SendOutcome::Later { after_ms: None, .. }), "{outcome:?}");
    let outcome = outcome_of(|| graph_error(500, 131_031)).await;
    assert!(
        matches!(&outcome, SendOutcome::Refused(it) if it.remedy == Remedy::TellAdministrator),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn too_many_at_once_waits_as_long_as_the_provider_asks() {
    let wait = |outcome: &SendOutcome| match outcome {
        SendOutcome::Later { after_ms, failure } => (*after_ms, failure.reason.clone()),
        other => panic!("{other:?}"),
    };
    let patient = |seconds: &'static str| {
        move || {
            let mut response = graph_error(429, 130_429);
            response.headers_mut().insert(header::RETRY_AFTER, seconds.parse().unwrap());
            response
        }
    };
    let busy = "whatsapp.130429".to_owned();
    assert_eq!(wait(&outcome_of(patient("7")).await), (Some(7000), busy.clone()));
    assert_eq!(wait(&outcome_of(patient("99999999999")).await), (Some(3_600_000), busy.clone()));
    assert_eq!(wait(&outcome_of(patient(" 07 ")).await), (Some(7000), busy.clone()));
    let digits = "9999999999999999999999999";
    assert_eq!(wait(&outcome_of(patient(digits)).await), (Some(3_600_000), busy.clone()));
    for nonsense in ["", "-7", "+7", "7.5", "7 minutes"] {
        assert_eq!(wait(&outcome_of(patient(nonsense)).await), (None, busy.clone()), "{nonsense}");
    }
    assert_eq!(wait(&outcome_of(patient("tomorrow")).await), (None, busy.clone()));
    assert_eq!(wait(&outcome_of(|| graph_error(429, 130_429)).await), (None, busy));
    assert_eq!(wait(&outcome_of(|| graph_error(400, 131_056)).await).1, "whatsapp.131056");
    assert_eq!(wait(&outcome_of(|| StatusCode::TOO_MANY_REQUESTS.into_response()).await).1, "whatsapp.busy");
}

#[tokio::test]
async fn a_date_to_wait_for_is_counted_by_the_providers_own_clock() {
    let until = |date: &'static str, now: Option<&'static str>| async move {
        let outcome = outcome_of(move || {
            let mut response = graph_error(429, 130_429);
            response.headers_mut().insert(header::RETRY_AFTER, date.parse().unwrap());
            if let Some(now) = now {
                response.headers_mut().insert(header::DATE, now.parse().unwrap());
            }
            response
        });
        match outcome.await {
            SendOutcome::Later { after_ms, .. } => after_ms,
            other => panic!("{other:?}"),
        }
    };
    // Long ago by any clock of today, and only the two of the answer fit together.
    let then = Some("Sun, 06 Nov 1994 08:49:37 GMT");
    assert_eq!(until("Sun, 06 Nov 1994 08:50:07 GMT", then).await, Some(30_000));
    assert_eq!(until("Sunday, 06-Nov-94 08:50:07 GMT", then).await, Some(30_000), "the old spelling");
    assert_eq!(until("Mon, 07 Nov 1994 08:49:37 GMT", then).await, Some(3_600_000), "an hour at most");
    assert_eq!(until("Sun, 06 Nov 1994 08:49:36 GMT", then).await, Some(0), "it has passed");
    assert_eq!(until("Sun, 06 Nov 1994 08:50:07 GMT", Some("yesterday")).await, None);
    assert_eq!(until("Sun, 36 Nov 1994 08:50:07 GMT", then).await, None);
    // The server's machinery sends its own date.
    assert_eq!(until("Sat, 01 Jan 2095 00:00:00 GMT", None).await, Some(3_600_000));

    let undated = b"HTTP/1.1 429 Too Many Requests\r\nretry-after: Sun, 06 Nov 1994 08:50:07 GMT\r\ncontent-length: 0\r\n\r\n";
    let outcome = outcome_of_bytes(undated).await;
    assert!(matches!(&outcome, SendOutcome::Later { after_ms: None, .. }), "{outcome:?}");
}

#[tokio::test]
async fn a_refusal_is_final_and_says_what_to_do() {
    for (status, code, remedy) in [
        (400, 131_047, Remedy::SendNotification),
        (400, 131_026, Remedy::ConfirmAddress),
        (400, 100, Remedy::TellAdministrator),
        (200, 131_009, Remedy::TellAdministrator),
        (400, 424_242, Remedy::Nothing),
    ] {
        match outcome_of(move || graph_error(status, code)).await {
            SendOutcome::Refused(failure) => {
                assert_eq!((failure.reason, failure.remedy), (format!("whatsapp.{code}"), remedy));
            }
            other => panic!("{code}: {other:?}"),
        }
    }
    for status in [StatusCode::NOT_FOUND, StatusCode::PAYLOAD_TOO_LARGE] {
        let outcome = outcome_of(move || (status, "no").into_response()).await;
        assert!(matches!(outcome, SendOutcome::Refused(_)), "{status}: {outcome:?}");
    }
}

#[tokio::test]
async fn an_access_that_is_not_taken_is_no_fault_of_the_message() {
    let no_body = || (StatusCode::UNAUTHORIZED, "no").into_response();
    for outcome in [
        outcome_of(|| graph_error(401, 190)).await,
        outcome_of(|| graph_error(400, 190)).await,
        outcome_of(|| graph_error(400, 0)).await,
        outcome_of(no_body).await,
    ] {
        let SendOutcome::NotConnected(failure) = outcome else { panic!("{outcome:?}") };
        assert_eq!(
            (failure.reason.as_str(), failure.remedy),
            ("whatsapp.no_access", Remedy::TellAdministrator)
        );
    }
}

#[tokio::test]
async fn what_a_firewall_forbids_is_neither_the_messages_fault_nor_the_accesss() {
    let outcome = outcome_of(|| (StatusCode::FORBIDDEN, "<h1>Blocked</h1>").into_response()).await;
    let SendOutcome::NotConnected(failure) = outcome else { panic!("{outcome:?}") };
    assert_eq!((failure.reason.as_str(), failure.remedy), ("whatsapp.barred", Remedy::TellAdministrator));
    // Where the provider forbids it itself, it says so.
    let outcome = outcome_of(|| graph_error(403, 200)).await;
    assert!(matches!(outcome, SendOutcome::Refused(_)), "{outcome:?}");
}

#[tokio::test]
async fn whether_the_access_is_taken_is_asked_of_the_number_itself() {
    let provider = Provider::that_answers(|| axum::Json(json!({"id": "106"})).into_response()).await;
    assert_eq!(whatsapp(&provider.base_url).check_credentials().await, Credentials::Accepted);
    let asked = provider.asked().remove(0);
    assert_eq!(
        (asked.path.as_str(), asked.authorization.as_str()),
        ("/v26.0/106", "Bearer very-secret-token")
    );
    let credentials_of = async |answer: fn() -> Response| {
        whatsapp(&Provider::that_answers(answer).await.base_url).check_credentials().await
    };
    assert!(matches!(credentials_of(|| graph_error(401, 190)).await, Credentials::Rejected(_)));
    assert!(matches!(
        credentials_of(|| StatusCode::UNAUTHORIZED.into_response()).await,
        Credentials::Rejected(_)
    ));
    // Who is refused for another reason was let in.
    assert_eq!(credentials_of(|| graph_error(400, 100)).await, Credentials::Accepted);
    for silent in [
        (|| Html("<h1>Bad Gateway</h1>").into_response()) as fn() -> Response,
        || StatusCode::BAD_GATEWAY.into_response(),
        || graph_error(500, 2),
        || graph_error(429, 130_429),
        || StatusCode::FOUND.into_response(),
    ] {
        assert_eq!(credentials_of(silent).await, Credentials::Unknown);
    }
    assert_eq!(whatsapp("not an address").check_credentials().await, Credentials::Unknown);
}

#[tokio::test]
async fn reading_and_writing_are_shown_as_the_provider_wants_it() {
    let done = || axum::Json(json!({"success": true})).into_response();
    let provider = Provider::that_answers(done).await;
    let carla = whatsapp(&provider.base_url);
    assert!(carla.mark_read("wamid.A", false).await);
    assert!(carla.mark_read("wamid.A", true).await);
    let read = json!({"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.A"});
    let mut typing = read.clone();
    typing["typing_indicator"] = json!({"type": "text"});
    let asked = provider.asked();
    assert_eq!((&asked[0].body, &asked[1].body), (&read, &typing));
    assert_eq!(asked[0].path, "/v26.0/106/messages");
    for answer in [
        (|| axum::Json(json!({"success": false})).into_response()) as fn() -> Response,
        || graph_error(400, 131_009),
        || Html("<h1>Hello</h1>").into_response(),
        || StatusCode::FOUND.into_response(),
    ] {
        let provider = Provider::that_answers(answer).await;
        assert!(!whatsapp(&provider.base_url).mark_read("wamid.A", false).await);
    }
}

#[tokio::test]
async fn a_detour_is_not_followed_and_the_token_stays_home() {
    let stranger = Provider::that_answers(accepted).await;
    let there = stranger.base_url.clone();
    for status in [StatusCode::FOUND, StatusCode::TEMPORARY_REDIRECT, StatusCode::PERMANENT_REDIRECT] {
        let there = there.clone();
        let outcome = outcome_of(move || (status, [(header::LOCATION, there.clone())]).into_response()).await;
        assert!(matches!(outcome, SendOutcome::Later { .. }), "{outcome:?}");
    }
    assert!(stranger.asked().is_empty(), "the stranger saw {:?}", stranger.asked());
}

#[tokio::test]
async fn settings_that_make_no_address_refuse_every_message() {
    for base_url in ["", "graph.facebook.com", "file:///etc", "http://"] {
        let outcome = whatsapp(base_url).send(&to_carla()).await;
        assert!(
            matches!(&outcome, SendOutcome::Refused(it) if it.remedy == Remedy::TellAdministrator),
            "{base_url}: {outcome:?}"
        );
    }
}

#[tokio::test]
async fn a_connection_that_the_provider_closed_meanwhile_is_not_used_for_the_next_message() {
    // Two answers on two connections, each closed behind the answer, as a provider does with idle ones.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    let (tell_closed, mut closed) = tokio::sync::mpsc::channel(2);
    tokio::spawn(async move {
        for _ in 0..2 {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = Vec::new();
            while !request.ends_with(b"}") {
                assert_ne!(stream.read_buf(&mut request).await.unwrap(), 0);
            }
            let body = br#"{"messages":[{"id":"wamid.B"}]}"#;
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
            stream.write_all(head.as_bytes()).await.unwrap();
            stream.write_all(body).await.unwrap();
            stream.shutdown().await.unwrap();
            // Until the other end has closed too.
            assert_eq!(stream.read(&mut [0; 1]).await.unwrap(), 0);
            tell_closed.send(()).await.unwrap();
        }
    });
    let whatsapp = whatsapp(&base_url);
    for _ in 0..2 {
        assert!(matches!(whatsapp.send(&to_carla()).await, SendOutcome::Accepted { .. }));
        let closed = tokio::time::timeout(Duration::from_secs(20), closed.recv()).await;
        assert_eq!(closed.unwrap(), Some(()), "the idle connection is let go");
    }
}

#[tokio::test]
async fn where_there_is_a_proxy_the_message_goes_by_it() {
    let proxy = Provider::that_answers(accepted).await;
    let address = Secret::new(proxy.base_url.clone());
    let context = AccountContext { proxy: Some(&address), ..AccountContext::new("shop") };
    let whatsapp = WhatsApp::new(settings("http://graph.invalid"), &context);
    assert!(matches!(whatsapp.send(&to_carla()).await, SendOutcome::Accepted { .. }));
}

#[test]
fn nothing_that_prints_the_settings_prints_the_token() {
    let settings = settings("http://127.0.0.1:1");
    assert!(!format!("{settings:?}").contains("very-secret"));
    assert!(!format!("{:?}", WhatsApp::new(settings, &AccountContext::new("shop"))).contains("very-secret"));
}
