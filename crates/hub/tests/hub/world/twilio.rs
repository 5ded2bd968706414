//! Twilio as a hub sees it: an API that takes messages, and forms that are posted to the webhook and signed over its
//! public address.

use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use deskbell_channels::{Secret, sms};
use deskbell_hub::{AccountSettings, Settings};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha1::Sha1;
use tokio::net::TcpListener;
use tokio::sync::{Notify, Semaphore};

use super::{World, within};

/// A message that was posted to the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PostedSms {
    pub(crate) to: String,
    pub(crate) from: String,
    pub(crate) body: String,
    /// Where its statuses are to be posted.
    pub(crate) callback: String,
    pub(crate) sid: String,
}

#[derive(Debug)]
struct TwilioState {
    posted: Mutex<Vec<PostedSms>>,
    holds_back: Mutex<bool>,
    arrived: Notify,
    released: Semaphore,
}

/// Twilio with one account, in which the workshop has one number.
#[derive(Clone, Debug)]
pub(crate) struct Twilio {
    state: Arc<TwilioState>,
    base_url: String,
}

impl Twilio {
    pub(crate) const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";
    pub(crate) const TOKEN: &str = "very-secret-token";
    /// The workshop's number.
    pub(crate) const WORKSHOP: &str = "+15551234567";
    /// The hub's public address in the settings.
    pub(crate) const PUBLIC_URL: &str = "https://desk.example";
    pub(crate) const WEBHOOK: &str = "https://desk.example/webhooks/sms/workshop";

    pub(crate) async fn start() -> Self {
        let state = Arc::new(TwilioState {
            posted: Mutex::default(),
            holds_back: Mutex::default(),
            arrived: Notify::new(),
            released: Semaphore::new(0),
        });
        let app = axum::Router::new()
            .route("/2010-04-01/Accounts/{sid}/Messages.json", axum::routing::post(take))
            .with_state(Arc::clone(&state));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { state, base_url }
    }

    /// A hub whose only account is the workshop's number.
    pub(crate) async fn hub(&self) -> World {
        World::with(|settings: &mut Settings| {
            settings.public_url = Some(Self::PUBLIC_URL.to_owned());
            settings.accounts = vec![self.account()];
        })
        .await
    }

    /// The workshop's account, with the API at this stub.
    pub(crate) fn account(&self) -> AccountSettings {
        let channel = sms::Settings::new(Self::ACCOUNT, Secret::new(Self::TOKEN), Self::WORKSHOP);
        AccountSettings::new("workshop", sms::Settings { base_url: self.base_url.clone(), ..channel })
    }

    /// From now on it takes messages, and accepts each once it is released, in order.
    pub(crate) fn holds_back(&self) {
        *self.state.holds_back.lock().unwrap() = true;
    }

    /// Releases the oldest message that is held back.
    pub(crate) fn lets_go(&self) {
        self.state.released.add_permits(1);
    }

    pub(crate) fn posted(&self) -> Vec<PostedSms> {
        self.state.posted.lock().unwrap().clone()
    }

    /// Waits for `count` messages, and returns all of them.
    pub(crate) async fn has(&self, count: usize) -> Vec<PostedSms> {
        within("Twilio has the messages", async {
            loop {
                let arrived = self.state.arrived.notified();
                let posted = self.posted();
                if posted.len() >= count {
                    return posted;
                }
                arrived.await;
            }
        })
        .await
    }

    /// The fields of a message from Carla.
    pub(crate) fn carla<'a>(sid: &'a str, body: &'a str) -> [(&'a str, &'a str); 7] {
        [
            ("AccountSid", Self::ACCOUNT),
            ("MessageSid", sid),
            ("From", "+15557654321"),
            ("To", Self::WORKSHOP),
            ("Body", body),
            ("NumMedia", "0"),
            ("SmsStatus", "received"),
        ]
    }

    /// Posts a message from Carla, and expects that it is taken.
    pub(crate) async fn carla_writes(&self, world: &World, sid: &str, body: &str) {
        assert_eq!(self.posts(world, Self::WEBHOOK, &Self::carla(sid, body)).await, 200);
    }

    /// Posts a status of a message to the address that the hub named for it.
    pub(crate) async fn reports(&self, world: &World, message: &PostedSms, status: &str) {
        let fields = [
            ("AccountSid", Self::ACCOUNT),
            ("MessageSid", message.sid.as_str()),
            ("From", Self::WORKSHOP),
            ("To", message.to.as_str()),
            ("MessageStatus", status),
        ];
        assert_eq!(self.posts(world, &message.callback, &fields).await, 200);
    }

    /// Posts a form to a public address of the hub, as Twilio signs it. Returns the status of the answer.
    pub(crate) async fn posts(&self, world: &World, url: &str, fields: &[(&str, &str)]) -> u16 {
        let signature = Self::sign(url, fields, Self::TOKEN);
        self.request(world, url, fields)
            .header("X-Twilio-Signature", signature)
            .send()
            .await
            .unwrap()
            .status()
            .into()
    }

    /// The request of a form that is posted to a public address of the hub, without a signature.
    pub(crate) fn request(
        &self,
        world: &World,
        url: &str,
        fields: &[(&str, &str)],
    ) -> reqwest::RequestBuilder {
        let path = url.strip_prefix(Self::PUBLIC_URL).unwrap();
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = world.http.post(world.url(path));
        request.header("Content-Type", "application/x-www-form-urlencoded").body(body)
    }

    /// Signs as Twilio does: HMAC-SHA1 over the address and the sorted fields.
    pub(crate) fn sign(url: &str, fields: &[(&str, &str)], token: &str) -> String {
        let mut sorted = fields.to_vec();
        sorted.sort_unstable();
        let mut mac = Hmac::<Sha1>::new_from_slice(token.as_bytes()).unwrap();
        mac.update(url.as_bytes());
        for (name, value) in sorted {
            mac.update(name.as_bytes());
            mac.update(value.as_bytes());
        }
        STANDARD.encode(mac.finalize().into_bytes())
    }
}

async fn take(State(state): State<Arc<TwilioState>>, body: axum::body::Bytes) -> Response {
    let fields: Vec<(String, String)> = form_urlencoded::parse(&body).into_owned().collect();
    let field = |name: &str| fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    let (Some(to), Some(from), Some(body), Some(callback)) =
        (field("To"), field("From"), field("Body"), field("StatusCallback"))
    else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let sid = {
        let mut posted = state.posted.lock().unwrap();
        let sid = format!("SM{}", posted.len());
        posted.push(PostedSms { to, from, body, callback, sid: sid.clone() });
        sid
    };
    state.arrived.notify_waiters();
    if *state.holds_back.lock().unwrap() {
        state.released.acquire().await.unwrap().forget();
    }
    (StatusCode::CREATED, axum::Json(json!({"sid": sid, "status": "queued"}))).into_response()
}
