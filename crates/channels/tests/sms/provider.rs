//! A provider that answers every request in the same way, and remembers what it was asked.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) call: String,
    pub(crate) authorization: String,
    /// The fields of the form.
    pub(crate) fields: Vec<(String, String)>,
}

impl Asked {
    pub(crate) fn field(&self, name: &str) -> &str {
        self.fields.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
}

type Answerer = Arc<dyn Fn(&Uri) -> Response + Send + Sync>;

#[derive(Clone)]
pub(crate) struct Provider {
    asked: Arc<Mutex<Vec<Asked>>>,
    answer: Answerer,
    pub(crate) base_url: String,
}

impl Provider {
    pub(crate) async fn that_answers(answer: impl Fn(&Uri) -> Response + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let provider = Self { asked: Arc::default(), answer: Arc::new(answer), base_url };
        let router = Router::new().fallback(take).with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        provider
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

async fn take(
    State(provider): State<Provider>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let authorization = headers.get(header::AUTHORIZATION).map(|it| it.to_str().unwrap().to_owned());
    let fields = form_urlencoded::parse(&body).into_owned().collect();
    provider.asked.lock().unwrap().push(Asked {
        call: format!("{method} {uri}"),
        authorization: authorization.unwrap_or_default(),
        fields,
    });
    (provider.answer)(&uri)
}

/// The answer to a message that is accepted.
pub(crate) fn accepted() -> Response {
    let message = json!({"sid": "SM9", "status": "queued", "num_segments": "1", "error_code": null});
    (StatusCode::CREATED, axum::Json(message)).into_response()
}

/// Twilio's form of an error.
pub(crate) fn error(status: u16, code: i64) -> Response {
    let error =
        json!({"code": code, "message": "Because.", "status": status, "more_info": "https://x.example"});
    (StatusCode::from_u16(status).unwrap(), axum::Json(error)).into_response()
}

pub(crate) fn answer(body: &Value) -> Response {
    axum::Json(body).into_response()
}
