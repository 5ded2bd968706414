//! A hub that records webhooks, and a provider with a manual clock.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use deskbell_clock::HandClock;
use deskbell_practice::{Provider, ProviderConfig};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;

pub(crate) const SECRET: &str = "app-secret";
pub(crate) const TOKEN: &str = "access-token";
pub(crate) const NUMBER: &str = "106540352242922";
/// 2026-11-22 09:00 UTC.
pub(crate) const MORNING: i64 = 1_795_338_000_000;
/// The longest wait, in real time.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// One webhook as it was posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Webhook {
    pub(crate) signature: String,
    pub(crate) body: Bytes,
    pub(crate) answered: u16,
}

impl Webhook {
    pub(crate) fn values(&self) -> Vec<Value> {
        let body: Value = serde_json::from_slice(&self.body).unwrap();
        let entries = body["entry"].as_array().unwrap().clone();
        let changes = entries.iter().flat_map(|it| it["changes"].as_array().unwrap().clone());
        changes.map(|it| it["value"].clone()).collect()
    }
}

/// An agent's answer to a customer's message: a text, or nothing.
type Agent = Box<dyn Fn(&Value) -> Option<String> + Send + Sync>;

/// The hub.
pub(crate) struct Hub {
    pub(crate) url: String,
    webhooks: Mutex<Vec<Webhook>>,
    changed: watch::Sender<usize>,
    answers: Mutex<VecDeque<u16>>,
    refused: Mutex<Option<String>>,
    busy: AtomicUsize,
    /// An agent, and the base URL of the provider.
    agent: Mutex<Option<(Arc<Agent>, String)>>,
    client: reqwest::Client,
}

impl Hub {
    pub(crate) async fn start() -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let hub = Arc::new(Self {
            url: format!("http://{}", listener.local_addr().unwrap()),
            webhooks: Mutex::default(),
            changed: watch::Sender::new(0),
            answers: Mutex::default(),
            refused: Mutex::default(),
            busy: AtomicUsize::new(0),
            agent: Mutex::new(None),
            client: client(),
        });
        let router = Router::new().fallback(record).with_state(hub.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        hub
    }

    /// The next webhooks are answered with these statuses, all others with 200.
    pub(crate) fn answers_next(&self, statuses: &[u16]) {
        self.answers.lock().unwrap().extend(statuses);
    }

    /// Webhooks with these words are always answered with 503.
    pub(crate) fn refuses(&self, words: &str) {
        *self.refused.lock().unwrap() = Some(words.to_owned());
    }

    pub(crate) fn has_agent(
        &self,
        provider: &Provider,
        answer: impl Fn(&Value) -> Option<String> + Send + Sync + 'static,
    ) {
        *self.agent.lock().unwrap() = Some((Arc::new(Box::new(answer)), provider.base_url().to_owned()));
    }

    pub(crate) fn webhooks(&self) -> Vec<Webhook> {
        self.webhooks.lock().unwrap().clone()
    }

    /// The texts that were accepted, in the order of their arrival.
    pub(crate) fn texts(&self) -> Vec<String> {
        let messages = self.messages();
        messages.iter().map(|it| it["text"]["body"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// The statuses of one message that were accepted, in the order of their arrival.
    pub(crate) fn statuses(&self, wamid: &str) -> Vec<Value> {
        self.accepted("statuses").into_iter().filter(|it| it["id"] == wamid).collect()
    }

    /// The words of the statuses of one message, such as `sent`.
    pub(crate) fn status_words(&self, wamid: &str) -> Vec<String> {
        self.statuses(wamid).iter().map(|it| it["status"].as_str().unwrap().to_owned()).collect()
    }

    /// The customers' messages that were accepted, as the provider reports them, in the order of their arrival.
    pub(crate) fn messages(&self) -> Vec<Value> {
        self.accepted("messages")
    }

    fn accepted(&self, what: &str) -> Vec<Value> {
        let webhooks = self.webhooks();
        let accepted = webhooks.iter().filter(|it| it.answered == 200);
        accepted
            .flat_map(Webhook::values)
            .flat_map(|it| it[what].as_array().cloned().unwrap_or_default())
            .collect()
    }

    pub(crate) async fn until<T>(&self, mut found: impl FnMut(&Self) -> Option<T>) -> T {
        let mut changed = self.changed.subscribe();
        let look = async {
            loop {
                changed.borrow_and_update();
                if let Some(found) = found(self) {
                    return found;
                }
                changed.changed().await.unwrap();
            }
        };
        tokio::time::timeout(PATIENCE, look).await.expect("the hub waited in vain")
    }

    /// Waits until there are this many texts.
    pub(crate) async fn until_texts(&self, count: usize) -> Vec<String> {
        self.until(|hub| Some(hub.texts()).filter(|it| it.len() >= count)).await
    }

    pub(crate) fn is_busy(&self) -> bool {
        self.busy.load(Ordering::SeqCst) > 0
    }
}

async fn record(State(hub): State<Arc<Hub>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    hub.busy.fetch_add(1, Ordering::SeqCst);
    let refused = hub.refused.lock().unwrap().clone();
    let refused = refused.is_some_and(|it| String::from_utf8_lossy(&body).contains(&it));
    let answered = hub.answers.lock().unwrap().pop_front().unwrap_or(if refused { 503 } else { 200 });
    let signature = headers.get("x-hub-signature-256").map(|it| it.to_str().unwrap().to_owned());
    let webhook = Webhook { signature: signature.unwrap_or_default(), body, answered };
    let values = webhook.values();
    hub.webhooks.lock().unwrap().push(webhook);
    hub.changed.send_modify(|n| *n += 1);
    let agent = hub.agent.lock().unwrap().clone();
    if let (200, Some((agent, base_url))) = (answered, agent) {
        for value in &values {
            for message in value["messages"].as_array().into_iter().flatten() {
                // Nobody answers a reaction.
                if message["type"] == "reaction" {
                    continue;
                }
                if let Some(text) = agent(value) {
                    let address = match message["from"].as_str() {
                        Some(phone) => json!({"to": format!("+{phone}")}),
                        None => json!({"recipient": message["from_user_id"]}),
                    };
                    let answer = post(&hub.client, &base_url, &message_to(address, &text)).await;
                    assert_eq!(answer.0, 200, "{answer:?}");
                }
            }
        }
    }
    hub.busy.fetch_sub(1, Ordering::SeqCst);
    StatusCode::from_u16(answered).unwrap()
}

pub(crate) fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().timeout(PATIENCE).build().unwrap()
}

/// The body of a message to an address, `{"to": …}` or `{"recipient": …}`.
pub(crate) fn message_to(address: Value, text: &str) -> Value {
    let mut body = json!({
        "messaging_product": "whatsapp", "recipient_type": "individual",
        "type": "text", "text": {"body": text},
    });
    body.as_object_mut().unwrap().extend(address.as_object().unwrap().clone());
    body
}

pub(crate) async fn post(client: &reqwest::Client, base_url: &str, body: &Value) -> (u16, Value) {
    let url = format!("{base_url}/v26.0/{NUMBER}/messages");
    let answer = client.post(url).bearer_auth(TOKEN).json(body).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

/// A provider with a manual clock, a hub, and a client for the provider's API.
pub(crate) struct Desk {
    pub(crate) provider: Provider,
    pub(crate) hub: Arc<Hub>,
    pub(crate) clock: HandClock,
    pub(crate) client: reqwest::Client,
}

impl Desk {
    pub(crate) async fn with_seed(seed: u64) -> Self {
        let hub = Hub::start().await;
        let clock = HandClock::at(MORNING);
        let provider = Provider::start(ProviderConfig {
            listener: TcpListener::bind("127.0.0.1:0").await.unwrap(),
            clock: clock.shared(),
            seed,
            speed: 1.0,
            webhook_url: format!("{}/webhooks/whatsapp/main", hub.url),
            phone_number_id: NUMBER.to_owned(),
            access_token: TOKEN.to_owned(),
            app_secret: SECRET.to_owned(),
            display_phone_number: "15550100200".to_owned(),
        });
        Self { provider, hub, clock, client: client() }
    }

    pub(crate) async fn new() -> Self {
        Self::with_seed(1).await
    }

    /// Posts a message as the hub's channel would. Returns the status and the answer.
    pub(crate) async fn posts(&self, body: &Value) -> (u16, Value) {
        post(&self.client, self.provider.base_url(), body).await
    }

    /// Sends a text to a customer with a number. Returns the id of the message.
    pub(crate) async fn says(&self, name: &str, text: &str) -> String {
        let phone = self.provider.customer(name).wa_id().unwrap().to_owned();
        let answer = self.posts(&message_to(json!({"to": format!("+{phone}")}), text)).await;
        assert_eq!(answer.0, 200, "{answer:?}");
        answer.1["messages"][0]["id"].as_str().unwrap().to_owned()
    }

    /// Advances the clock in steps of 200 ms until `found` returns something. Waits while the hub is answering, so that
    /// no simulated deadline passes because this machine is slow.
    pub(crate) async fn turn_until<T>(&self, found: impl FnMut(&Self) -> Option<T>) -> T {
        self.turn_by(200, found).await
    }

    /// Advances the clock in steps of this many milliseconds until `found` returns something.
    pub(crate) async fn turn_by<T>(&self, step: i64, mut found: impl FnMut(&Self) -> Option<T>) -> T {
        let turn = async {
            loop {
                if let Some(found) = found(self) {
                    return found;
                }
                if !self.hub.is_busy() {
                    self.clock.advance(step);
                }
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        let bound = PATIENCE * 4;
        tokio::time::timeout(bound, turn).await.expect("the clock was turned in vain")
    }
}
