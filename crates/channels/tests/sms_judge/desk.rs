//! The workshop's desk: an SMS channel at an emulated Twilio, and a webhook that stores nothing and verifies all.

use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use deskbell_channels::sms::{Settings, Sms};
use deskbell_channels::{
    AccountContext, Channel as _, Delivery, Headers, Inbound, Outbound, OutboundContent, PublicUrl,
    Recipient, Secret, Webhook as _,
};
use tokio::net::TcpListener;
use tokio::sync::{Mutex, mpsc};

use crate::emulator::{ACCOUNT, Emulator, TOKEN, client};

/// Carla's number.
pub(crate) const CARLA: &str = "15557654321";
/// How long something may take that is not to be long.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Desk {
    pub(crate) channel: Sms,
    settings: Settings,
    public_url: PublicUrl,
    emulator: Emulator,
    arrived: Mutex<mpsc::Receiver<Inbound>>,
}

#[derive(Clone)]
struct Door {
    channel: Sms,
    public_url: PublicUrl,
    arrived: mpsc::Sender<Inbound>,
}

impl Desk {
    /// `None` where there is no emulator.
    pub(crate) async fn open() -> Option<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let public_url = PublicUrl::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        let emulator = Emulator::start(&public_url.join("/webhooks/sms/workshop")).await?;
        let settings = Settings {
            base_url: emulator.url.clone(),
            ..Settings::new(ACCOUNT, Secret::new(TOKEN), "+15551234567")
        };
        let channel = opened(&settings, &public_url);
        let (arrived, receiver) = mpsc::channel(64);
        let door = Door { channel: channel.clone(), public_url: public_url.clone(), arrived };
        let router = Router::new().fallback(deliver).with_state(door);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Some(Self { channel, settings, public_url, emulator, arrived: Mutex::new(receiver) })
    }

    /// The channel with other settings.
    pub(crate) fn with(&self, change: impl FnOnce(&mut Settings)) -> Sms {
        let mut settings = self.settings.clone();
        change(&mut settings);
        opened(&settings, &self.public_url)
    }

    /// What the provider delivers next.
    pub(crate) async fn next(&self) -> Inbound {
        let next = tokio::time::timeout(PATIENCE, async { self.arrived.lock().await.recv().await }).await;
        next.expect("a delivery in time").unwrap()
    }

    pub(crate) async fn carla_writes(&self, text: &str) {
        let fields = [("To", "+15551234567"), ("From", &format!("+{CARLA}")), ("Body", text)];
        self.emulator.simulate("inbound-message", &fields).await;
    }

    pub(crate) async fn carrier_reports(&self, provider_id: &str, status: &str) {
        self.emulator.simulate("message-status", &[("MessageSid", provider_id), ("Status", status)]).await;
    }

    /// Posts a form that Twilio's library signed. `query` comes behind the webhook's address.
    pub(crate) async fn provider_posts(&self, query: &str, form: &str) {
        let url = self.public_url.join(&format!("/webhooks/sms/workshop{query}"));
        let signature = self.emulator.judge(&url, form, None).await.expected;
        let post = client().post(&url).header("x-twilio-signature", signature);
        let post = post.header("content-type", "application/x-www-form-urlencoded").body(form.to_owned());
        let answer = post.send().await.unwrap();
        assert_eq!(
            (answer.status(), answer.headers()["content-type"].to_str().unwrap()),
            (StatusCode::OK, "text/xml")
        );
        assert_eq!(answer.text().await.unwrap(), "<Response></Response>");
    }
}

fn opened(settings: &Settings, public_url: &PublicUrl) -> Sms {
    let context = AccountContext { public_url: Some(public_url), ..AccountContext::new("workshop") };
    Sms::new(settings.clone(), &context)
}

async fn deliver(
    State(door): State<Door>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let request = headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
    let delivery = Delivery {
        method: method.to_string(),
        url: door.public_url.join(uri.path_and_query().unwrap().as_str()),
        headers: Headers::select(door.channel.stored_headers(), request),
        body,
    };
    if door.channel.check_headers(&delivery.headers).is_err() || door.channel.verify(&delivery).is_err() {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    for inbound in door.channel.parse(&delivery).unwrap() {
        door.arrived.send(inbound).await.unwrap();
    }
    let answer = door.channel.acknowledgement();
    let status = StatusCode::from_u16(answer.status).unwrap();
    (status, [("content-type", answer.content_type.unwrap())], answer.body).into_response()
}

/// A text to a number.
pub(crate) fn text_to(number: &str, text: &str, echo: &str) -> Outbound {
    Outbound {
        to: Recipient::Phone(number.to_owned()),
        content: OutboundContent::Text { body: text.to_owned() },
        echo: echo.to_owned(),
    }
}
