//! A provider that takes what it is given, in the mood a story puts it in.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::{Notify, Semaphore};

use super::within;

/// What the provider does with the next messages.
#[derive(Clone, Debug, Default)]
pub(crate) enum Mood {
    #[default]
    Accepts,
    /// Takes the message and cuts the line before it answers.
    CutsTheLine,
    /// Answers with this status and body.
    Answers(u16, Value),
    /// Answers with this status, these headers and a body that need not be JSON.
    AnswersRaw(u16, Vec<(&'static str, String)>, String),
    /// A filter before it forbids messages with this word, without saying why, and lets all else through.
    Forbids(&'static str),
    /// Takes the message and never answers.
    Silent,
    /// Takes the message and accepts it once it is let go, in the order they came.
    HoldsBack,
}

/// What the provider was told to show a contact: that a message was read, and whether somebody writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Marked {
    pub(crate) wamid: String,
    pub(crate) typing: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Posted {
    pub(crate) to: String,
    pub(crate) body: String,
    pub(crate) echo: String,
    pub(crate) wamid: String,
    pub(crate) template: Value,
}

#[derive(Debug)]
struct ProviderState {
    mood: Mutex<Mood>,
    posted: Mutex<Vec<Posted>>,
    marked: Mutex<Vec<Marked>>,
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
            mood: Mutex::default(),
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

    pub(crate) fn is(&self, mood: Mood) {
        *self.state.mood.lock().unwrap() = mood;
    }

    /// Answers the oldest message that was held back.
    pub(crate) fn lets_go(&self) {
        self.state.let_go.add_permits(1);
    }

    /// The provider approves exactly these from now on.
    pub(crate) fn approves(&self, templates: &[Value]) {
        *self.state.templates.lock().unwrap() = templates.to_vec();
    }

    /// Whether it has nothing but an error of its own for who asks for its templates.
    pub(crate) fn cannot_list(&self, broken: bool) {
        *self.state.lists_nothing.lock().unwrap() = broken;
    }

    /// From now on it reports the first number as the second one.
    pub(crate) fn knows(&self, dialled: &str, as_number: &str) {
        self.state.known_as.lock().unwrap().insert(dialled.to_owned(), as_number.to_owned());
    }

    /// How often it was asked for its templates.
    pub(crate) fn listed(&self) -> u32 {
        *self.state.listed.lock().unwrap()
    }

    /// What the provider says about our own side.
    pub(crate) fn finds(&self, health: Value) {
        *self.state.health.lock().unwrap() = health;
    }

    pub(crate) fn posted(&self) -> Vec<Posted> {
        self.state.posted.lock().unwrap().clone()
    }

    /// From now on only this access token is taken.
    pub(crate) fn takes_only(&self, token: &str) {
        *self.state.token.lock().unwrap() = Some(token.to_owned());
    }

    /// How often it was asked about the number.
    pub(crate) fn asked(&self) -> u32 {
        *self.state.asked.lock().unwrap()
    }

    pub(crate) fn marked(&self) -> Vec<Marked> {
        self.state.marked.lock().unwrap().clone()
    }

    /// Waits until so many times something was marked as read, and returns them all.
    pub(crate) async fn has_marked(&self, count: usize) -> Vec<Marked> {
        within("the messages are marked as read", async {
            while self.marked().len() < count {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
            self.marked()
        })
        .await
    }

    /// Waits until it was asked about the number so many times.
    pub(crate) async fn is_asked(&self, count: u32) {
        within("the provider is asked", async {
            while self.asked() < count {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        })
        .await;
    }

    /// Waits until `count` messages came, and returns them all.
    pub(crate) async fn has(&self, count: usize) -> Vec<Posted> {
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
    match state.mood.lock().unwrap().clone() {
        Mood::Answers(status, body) => {
            (StatusCode::from_u16(status).unwrap(), axum::Json(body)).into_response()
        }
        Mood::AnswersRaw(status, _, body) => (StatusCode::from_u16(status).unwrap(), body).into_response(),
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
        state.marked.lock().unwrap().push(Marked { wamid: word(&body["message_id"]), typing });
        String::new()
    } else {
        let mut posted = state.posted.lock().unwrap();
        let wamid = format!("wamid.out.{}", posted.len());
        let to = if body["to"].is_string() { word(&body["to"]) } else { word(&body["recipient"]) };
        posted.push(Posted {
            to,
            body: word(&body["text"]["body"]),
            echo: word(&body["biz_opaque_callback_data"]),
            wamid: wamid.clone(),
            template: body["template"].clone(),
        });
        wamid
    };
    state.news.notify_waiters();
    let mood = state.mood.lock().unwrap().clone();
    if matches!(mood, Mood::HoldsBack) {
        state.let_go.acquire().await.unwrap().forget();
    }
    match mood {
        Mood::Accepts if mark => axum::Json(json!({"success": true})).into_response(),
        Mood::Forbids(_) if mark => axum::Json(json!({"success": true})).into_response(),
        Mood::Forbids(word_in) if word(&body["text"]["body"]).contains(word_in) => {
            (StatusCode::FORBIDDEN, "<html>Forbidden</html>").into_response()
        }
        Mood::Accepts | Mood::HoldsBack | Mood::Forbids(_) => {
            let dialled = word(&body["to"]);
            let digits = dialled.trim_start_matches('+').to_owned();
            let known_as = state.known_as.lock().unwrap().get(&dialled).cloned().unwrap_or(digits);
            axum::Json(json!({"messaging_product": "whatsapp",
                "contacts": [{"input": dialled, "wa_id": known_as}], "messages": [{"id": wamid}]}))
            .into_response()
        }
        Mood::Answers(status, body) => {
            (StatusCode::from_u16(status).unwrap(), axum::Json(body)).into_response()
        }
        Mood::AnswersRaw(status, headers, body) => {
            let mut response = (StatusCode::from_u16(status).unwrap(), body).into_response();
            for (name, value) in headers {
                response.headers_mut().insert(name, value.parse().unwrap());
            }
            response
        }
        Mood::Silent => std::future::pending().await,
        Mood::CutsTheLine => {
            let broken =
                futures_util::stream::once(async { Err::<Vec<u8>, _>(std::io::Error::other("cut")) });
            axum::body::Body::from_stream(broken).into_response()
        }
    }
}
