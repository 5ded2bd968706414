//! A provider whose behaviour each test sets.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::{Notify, Semaphore};

use super::within;

/// How the provider handles the next messages.
#[derive(Clone, Debug, Default)]
pub(crate) enum Behaviour {
    #[default]
    Accepts,
    /// Accepts the message, and closes the connection before it responds.
    CutsTheLine,
    /// Answers with this status and body.
    Answers(u16, Value),
    /// Answers with this status, these headers and a body that need not be JSON.
    AnswersRaw(u16, Vec<(&'static str, String)>, String),
    /// A filter in front of it rejects messages with this word without a reason, and accepts all others.
    Forbids(&'static str),
    /// Receives the message and never responds.
    Silent,
    /// Receives messages and accepts each once it is released, in order.
    HoldsBack,
}

/// A read receipt that the provider received, and whether it also shows a typing indicator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReadReceipt {
    pub(crate) wamid: String,
    pub(crate) typing: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PostedMessage {
    pub(crate) to: String,
    pub(crate) body: String,
    pub(crate) echo: String,
    pub(crate) wamid: String,
    pub(crate) template: Value,
}

#[derive(Debug)]
struct ProviderState {
    behaviour: Mutex<Behaviour>,
    posted: Mutex<Vec<PostedMessage>>,
    marked: Mutex<Vec<ReadReceipt>>,
    asked: Mutex<u32>,
    listed: Mutex<u32>,
    lists_nothing: Mutex<bool>,
    known_as: Mutex<HashMap<String, String>>,
    token: Mutex<Option<String>>,
    templates: Mutex<Vec<Value>>,
    health: Mutex<Value>,
    news: Notify,
    let_go: Semaphore,
}

/// The provider's API.
#[derive(Clone, Debug)]
pub(crate) struct Provider {
    state: Arc<ProviderState>,
    pub(crate) base_url: String,
}

impl Provider {
    pub(crate) async fn start() -> Self {
        let state = Arc::new(ProviderState {
            behaviour: Mutex::default(),
            posted: Mutex::default(),
            marked: Mutex::default(),
            asked: Mutex::default(),
            listed: Mutex::default(),
            lists_nothing: Mutex::default(),
            known_as: Mutex::default(),
            token: Mutex::default(),
            templates: Mutex::default(),
            health: Mutex::default(),
            news: Notify::new(),
            let_go: Semaphore::new(0),
        });
        let app = axum::Router::new()
            .route("/{version}/{number}/messages", axum::routing::post(take))
            .route("/{version}/{waba}/message_templates", axum::routing::get(templates))
            .route("/{version}/{number}", axum::routing::get(number))
            .with_state(Arc::clone(&state));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { state, base_url }
    }

    pub(crate) fn is(&self, behaviour: Behaviour) {
        *self.state.behaviour.lock().unwrap() = behaviour;
    }

    /// Releases the oldest message that is held back.
    pub(crate) fn lets_go(&self) {
        self.state.let_go.add_permits(1);
    }

    /// Sets the approved templates.
    pub(crate) fn approves(&self, templates: &[Value]) {
        *self.state.templates.lock().unwrap() = templates.to_vec();
    }

    /// Whether requests for its templates fail with an error.
    pub(crate) fn cannot_list(&self, broken: bool) {
        *self.state.lists_nothing.lock().unwrap() = broken;
    }

    /// Makes it report the number `dialled` as `as_number`.
    pub(crate) fn knows(&self, dialled: &str, as_number: &str) {
        self.state.known_as.lock().unwrap().insert(dialled.to_owned(), as_number.to_owned());
    }

    /// How often its templates were requested.
    pub(crate) fn listed(&self) -> u32 {
        *self.state.listed.lock().unwrap()
    }

    /// Sets the health that the provider reports for the account.
    pub(crate) fn finds(&self, health: Value) {
        *self.state.health.lock().unwrap() = health;
    }

    pub(crate) fn posted(&self) -> Vec<PostedMessage> {
        self.state.posted.lock().unwrap().clone()
    }

    /// Makes it accept only this access token.
    pub(crate) fn takes_only(&self, token: &str) {
        *self.state.token.lock().unwrap() = Some(token.to_owned());
    }

    /// How often the number was requested.
    pub(crate) fn asked(&self) -> u32 {
        *self.state.asked.lock().unwrap()
    }

    pub(crate) fn marked(&self) -> Vec<ReadReceipt> {
        self.state.marked.lock().unwrap().clone()
    }

    /// Waits for `count` read receipts, and returns all of them.
    pub(crate) async fn has_marked(&self, count: usize) -> Vec<ReadReceipt> {
        within("the messages are marked as read", async {
            while self.marked().len() < count {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
            self.marked()
        })
        .await
    }

    /// Waits until the number was requested `count` times.
    pub(crate) async fn is_asked(&self, count: u32) {
        within("the provider is asked", async {
            while self.asked() < count {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        })
        .await;
    }

    /// Waits for `count` messages, and returns all of them.
    pub(crate) async fn has(&self, count: usize) -> Vec<PostedMessage> {
        within("the provider has the messages", async {
            loop {
                let news = self.state.news.notified();
                let posted = self.posted();
                if posted.len() >= count {
                    return posted;
                }
                news.await;
            }
        })
        .await
    }
}

async fn templates(State(state): State<Arc<ProviderState>>) -> Response {
    *state.listed.lock().unwrap() += 1;
    if *state.lists_nothing.lock().unwrap() {
        return (StatusCode::INTERNAL_SERVER_ERROR, "<html>Sorry</html>").into_response();
    }
    axum::Json(json!({"data": *state.templates.lock().unwrap()})).into_response()
}

/// The refusal, if the token is not the one that is taken.
fn refused(state: &ProviderState, headers: &HeaderMap) -> Option<Response> {
    let taken = state.token.lock().unwrap().clone()?;
    let given = headers.get("authorization").and_then(|it| it.to_str().ok()).unwrap_or_default();
    let error = json!({"error": {"code": 190, "message": "Session has expired", "type": "OAuthException",
        "error_subcode": 463}});
    (given != format!("Bearer {taken}"))
        .then(|| (StatusCode::UNAUTHORIZED, axum::Json(error)).into_response())
}

async fn number(State(state): State<Arc<ProviderState>>, headers: HeaderMap) -> Response {
    *state.asked.lock().unwrap() += 1;
    if let Some(refused) = refused(&state, &headers) {
        return refused;
    }
    match state.behaviour.lock().unwrap().clone() {
        Behaviour::Answers(status, body) => {
            (StatusCode::from_u16(status).unwrap(), axum::Json(body)).into_response()
        }
        Behaviour::AnswersRaw(status, _, body) => {
            (StatusCode::from_u16(status).unwrap(), body).into_response()
        }
        _ => {
            axum::Json(json!({"id": "10654", "health_status": *state.health.lock().unwrap()})).into_response()
        }
    }
}

async fn take(
    State(state): State<Arc<ProviderState>>,
    headers: HeaderMap,
    axum::Json(body): axum::Json<Value>,
) -> Response {
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    if let Some(refused) = refused(&state, &headers) {
        return refused;
    }
    let mark = body["status"] == "read";
    let wamid = if mark {
        let typing = body["typing_indicator"]["type"] == "text";
        state.marked.lock().unwrap().push(ReadReceipt { wamid: word(&body["message_id"]), typing });
        String::new()
    } else {
        let mut posted = state.posted.lock().unwrap();
        let wamid = format!("wamid.out.{}", posted.len());
        let to = if body["to"].is_string() { word(&body["to"]) } else { word(&body["recipient"]) };
        posted.push(PostedMessage {
            to,
            body: word(&body["text"]["body"]),
            echo: word(&body["biz_opaque_callback_data"]),
            wamid: wamid.clone(),
            template: body["template"].clone(),
        });
        wamid
    };
    state.news.notify_waiters();
    let behaviour = state.behaviour.lock().unwrap().clone();
    if matches!(behaviour, Behaviour::HoldsBack) {
        state.let_go.acquire().await.unwrap().forget();
    }
    match behaviour {
        Behaviour::Accepts if mark => axum::Json(json!({"success": true})).into_response(),
        Behaviour::Forbids(_) if mark => axum::Json(json!({"success": true})).into_response(),
        Behaviour::Forbids(word_in) if word(&body["text"]["body"]).contains(word_in) => {
            (StatusCode::FORBIDDEN, "<html>Forbidden</html>").into_response()
        }
        Behaviour::Accepts | Behaviour::HoldsBack | Behaviour::Forbids(_) => {
            let dialled = word(&body["to"]);
            let digits = dialled.trim_start_matches('+').to_owned();
            let known_as = state.known_as.lock().unwrap().get(&dialled).cloned().unwrap_or(digits);
            axum::Json(json!({"messaging_product": "whatsapp",
                "contacts": [{"input": dialled, "wa_id": known_as}], "messages": [{"id": wamid}]}))
            .into_response()
        }
        Behaviour::Answers(status, body) => {
            (StatusCode::from_u16(status).unwrap(), axum::Json(body)).into_response()
        }
        Behaviour::AnswersRaw(status, headers, body) => {
            let mut response = (StatusCode::from_u16(status).unwrap(), body).into_response();
            for (name, value) in headers {
                response.headers_mut().insert(name, value.parse().unwrap());
            }
            response
        }
        Behaviour::Silent => std::future::pending().await,
        Behaviour::CutsTheLine => {
            let broken =
                futures_util::stream::once(async { Err::<Vec<u8>, _>(std::io::Error::other("cut")) });
            axum::body::Body::from_stream(broken).into_response()
        }
    }
}
