//! A provider that takes what it is given, in the mood a story puts it in.

use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Notify;

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
    /// Takes the message and never answers.
    Silent,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Posted {
    pub(crate) to: String,
    pub(crate) body: String,
    pub(crate) echo: String,
    pub(crate) wamid: String,
}

#[derive(Debug, Default)]
struct ProviderState {
    mood: Mutex<Mood>,
    posted: Mutex<Vec<Posted>>,
    news: Notify,
}

/// The provider's API.
#[derive(Clone, Debug)]
pub(crate) struct Provider {
    state: Arc<ProviderState>,
    pub(crate) base_url: String,
}

impl Provider {
    pub(super) async fn start() -> Self {
        let state = Arc::new(ProviderState::default());
        let app = axum::Router::new()
            .route("/{version}/{number}/messages", axum::routing::post(take))
            .with_state(Arc::clone(&state));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { state, base_url }
    }

    pub(crate) fn is(&self, mood: Mood) {
        *self.state.mood.lock().unwrap() = mood;
    }

    pub(crate) fn posted(&self) -> Vec<Posted> {
        self.state.posted.lock().unwrap().clone()
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

async fn take(State(state): State<Arc<ProviderState>>, axum::Json(body): axum::Json<Value>) -> Response {
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let wamid = {
        let mut posted = state.posted.lock().unwrap();
        let wamid = format!("wamid.out.{}", posted.len());
        let to = if body["to"].is_string() { word(&body["to"]) } else { word(&body["recipient"]) };
        posted.push(Posted {
            to,
            body: word(&body["text"]["body"]),
            echo: word(&body["biz_opaque_callback_data"]),
            wamid: wamid.clone(),
        });
        wamid
    };
    state.news.notify_waiters();
    let mood = state.mood.lock().unwrap().clone();
    match mood {
        Mood::Accepts => {
            axum::Json(json!({"messaging_product": "whatsapp", "messages": [{"id": wamid}]})).into_response()
        }
        Mood::Answers(status, body) => {
            (StatusCode::from_u16(status).unwrap(), axum::Json(body)).into_response()
        }
        Mood::Silent => std::future::pending().await,
        Mood::CutsTheLine => {
            let broken =
                futures_util::stream::once(async { Err::<Vec<u8>, _>(std::io::Error::other("cut")) });
            axum::body::Body::from_stream(broken).into_response()
        }
    }
}
