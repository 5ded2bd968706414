//! A hub that records form posts, and a provider with a manual clock.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{OriginalUri, State};
use axum::http::{HeaderMap, StatusCode};
use deskbell_clock::HandClock;
use deskbell_practice::{Provider, ProviderConfig, SmsConfig, SmsProvider};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::stub::{MORNING, NUMBER, PATIENCE, SECRET, TOKEN, client};

pub(crate) const ACCOUNT_SID: &str = "AC00000000000000000000000000000000";
pub(crate) const AUTH_TOKEN: &str = "auth-token";
pub(crate) const BUSINESS: &str = "+15550100300";

/// One form as it was posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Form {
    pub(crate) path: String,
    pub(crate) signature: String,
    pub(crate) body: Bytes,
    pub(crate) pairs: Vec<(String, String)>,
    pub(crate) answered: u16,
}

impl Form {
    /// The value of a field; empty if there is none.
    pub(crate) fn field(&self, name: &str) -> &str {
        self.pairs.iter().find(|pair| pair.0 == name).map_or("", |pair| pair.1.as_str())
    }
}

/// The hub.
pub(crate) struct FormHub {
    pub(crate) url: String,
    forms: Mutex<Vec<Form>>,
    answers: Mutex<VecDeque<u16>>,
    changed: watch::Sender<usize>,
}

impl FormHub {
    pub(crate) async fn start() -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let hub = Arc::new(Self {
            url: format!("http://{}", listener.local_addr().unwrap()),
            forms: Mutex::default(),
            answers: Mutex::default(),
            changed: watch::Sender::new(0),
        });
        let router = Router::new().fallback(record).with_state(hub.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        hub
    }

    /// The next posts are answered with these statuses, all others with 200.
    pub(crate) fn answers_next(&self, statuses: &[u16]) {
        self.answers.lock().unwrap().extend(statuses);
    }

    /// All posts, in the order of their arrival.
    pub(crate) fn forms(&self) -> Vec<Form> {
        self.forms.lock().unwrap().clone()
    }

    /// The texts of the inbound messages.
    pub(crate) fn texts(&self) -> Vec<String> {
        let forms = self.forms().into_iter().filter(|it| it.field("SmsStatus") == "received");
        forms.map(|it| it.field("Body").to_owned()).collect()
    }

    /// The callbacks about one message.
    pub(crate) fn callbacks(&self, sid: &str) -> Vec<Form> {
        let is_callback = |it: &Form| it.field("MessageSid") == sid && !it.field("MessageStatus").is_empty();
        self.forms().into_iter().filter(is_callback).collect()
    }

    /// The statuses in the callbacks about one message.
    pub(crate) fn statuses(&self, sid: &str) -> Vec<String> {
        self.callbacks(sid).iter().map(|it| it.field("MessageStatus").to_owned()).collect()
    }

    /// Waits until `found` returns something.
    pub(crate) async fn until<T>(&self, mut found: impl FnMut(&Self) -> Option<T>) -> T {
        let mut changed = self.changed.subscribe();
        let search = async {
            loop {
                changed.borrow_and_update();
                if let Some(found) = found(self) {
                    return found;
                }
                changed.changed().await.unwrap();
            }
        };
        tokio::time::timeout(PATIENCE, search).await.expect("the hub waited in vain")
    }
}

async fn record(
    State(hub): State<Arc<FormHub>>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    // WhatsApp's webhooks are accepted and not recorded.
    if uri.path().starts_with("/webhooks/whatsapp/") {
        return StatusCode::OK;
    }
    let header = |name: &str| headers.get(name).map_or("", |it| it.to_str().unwrap()).to_owned();
    assert!(header("content-type").starts_with("application/x-www-form-urlencoded"));
    let answered = hub.answers.lock().unwrap().pop_front().unwrap_or(200);
    hub.forms.lock().unwrap().push(Form {
        path: uri.to_string(),
        signature: header("x-twilio-signature"),
        pairs: form_urlencoded::parse(&body).into_owned().collect(),
        body,
        answered,
    });
    hub.changed.send_modify(|n| *n += 1);
    StatusCode::from_u16(answered).unwrap()
}

/// Posts a form with Basic authentication.
pub(crate) async fn post_form(
    client: &reqwest::Client,
    url: &str,
    (user, password): (&str, &str),
    form: &[(&str, &str)],
) -> reqwest::Result<reqwest::Response> {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let request = client.post(url).basic_auth(user, Some(password));
    request.header("content-type", "application/x-www-form-urlencoded").body(body).send().await
}

/// A provider with a manual clock, a hub, and a client for the provider's API.
pub(crate) struct SmsDesk {
    pub(crate) provider: Provider,
    pub(crate) sms: SmsProvider,
    pub(crate) hub: Arc<FormHub>,
    pub(crate) clock: HandClock,
    pub(crate) client: reqwest::Client,
}

impl SmsDesk {
    pub(crate) async fn new() -> Self {
        Self::with_overrides("").await
    }

    /// With this fragment in the URL of the webhook.
    pub(crate) async fn with_overrides(fragment: &str) -> Self {
        let hub = FormHub::start().await;
        let clock = HandClock::at(MORNING);
        let provider = Provider::start(ProviderConfig {
            listener: TcpListener::bind("127.0.0.1:0").await.unwrap(),
            clock: clock.shared(),
            seed: 1,
            speed: 1.0,
            webhook_url: format!("{}/webhooks/whatsapp/main", hub.url),
            phone_number_id: NUMBER.to_owned(),
            access_token: TOKEN.to_owned(),
            app_secret: SECRET.to_owned(),
            display_phone_number: "15550100200".to_owned(),
        });
        let sms = provider.start_sms(SmsConfig {
            listener: TcpListener::bind("127.0.0.1:0").await.unwrap(),
            webhook_url: format!("{}/webhooks/sms/desk{fragment}", hub.url),
            account_sid: ACCOUNT_SID.to_owned(),
            auth_token: AUTH_TOKEN.to_owned(),
            number: BUSINESS.to_owned(),
        });
        Self { provider, sms, hub, clock, client: client() }
    }

    /// The URL for callbacks about the hub's message with this id.
    pub(crate) fn callback(&self, id: &str) -> String {
        format!("{}/webhooks/sms/desk?o={id}", self.hub.url)
    }

    /// The URL at which messages are created.
    pub(crate) fn messages_url(&self) -> String {
        format!("{}/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json", self.sms.base_url())
    }

    /// Posts a form to `Messages.json`.
    pub(crate) async fn posts(&self, form: &[(&str, &str)]) -> (u16, Value) {
        let url = self.messages_url();
        let answer = post_form(&self.client, &url, (ACCOUNT_SID, AUTH_TOKEN), form).await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    /// Sends a text to a customer. Returns the id of the message.
    pub(crate) async fn says(&self, name: &str, text: &str) -> String {
        let (to, callback) = (self.sms.customer(name).number(), self.callback("m-1"));
        let form = [("To", to.as_str()), ("From", BUSINESS), ("Body", text), ("StatusCallback", &callback)];
        let (status, answer) = self.posts(&form).await;
        assert_eq!(status, 201, "{answer}");
        answer["sid"].as_str().unwrap().to_owned()
    }

    /// Advances the clock until `found` returns something.
    pub(crate) async fn turn_until<T>(&self, mut found: impl FnMut(&Self) -> Option<T>) -> T {
        let turn = async {
            loop {
                if let Some(found) = found(self) {
                    return found;
                }
                self.clock.advance(200);
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::time::timeout(PATIENCE, turn).await.expect("the clock was turned in vain")
    }
}
