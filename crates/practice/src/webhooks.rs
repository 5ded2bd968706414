//! Delivery of a provider's webhooks to the hub: one lane per customer, each in order, with retries as the
//! provider documents them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::{Client, Url, redirect};
use tokio::sync::{mpsc, oneshot};

use crate::faults::Faults;
use crate::shared::Shared;

/// How many webhooks can wait in one lane; further ones wait at [`Webhooks::send`].
const LANE: usize = 256;

/// How one provider forms, signs and repeats its webhooks.
pub(crate) trait Format: Send + Sync + 'static {
    /// What one webhook reports.
    type Payload: Send + Sync + 'static;

    /// How long one attempt may take.
    const ATTEMPT: Duration;

    /// Forms the request, with its signature. `None` if the address is not a URL.
    fn post(&self, payload: &Self::Payload) -> Option<Post>;

    /// Adds the other payload to this one. Gives it back if the provider reports one thing per request.
    fn join(&self, payload: &mut Self::Payload, other: Self::Payload) -> Option<Self::Payload>;

    /// Whether the hub has accepted a webhook that it answers with this status.
    fn accepts(&self, status: u16) -> bool;

    /// How many milliseconds to wait before the next attempt; `None` gives up.
    fn pause(&self, payload: &Self::Payload, failed: &Failed) -> Option<i64>;
}

/// One request to the hub.
pub(crate) struct Post {
    pub(crate) url: Url,
    pub(crate) content_type: &'static str,
    /// The name of the header with the signature, and its value.
    pub(crate) signature: (&'static str, String),
    pub(crate) body: String,
}

/// The attempts so far to deliver one webhook.
pub(crate) struct Failed {
    /// How many.
    pub(crate) attempts: u32,
    /// The time since the first one, in milliseconds.
    pub(crate) elapsed_ms: i64,
    /// What became of the last one.
    pub(crate) failure: Failure,
}

/// Why an attempt failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The hub could not be connected to.
    Connect,
    /// The hub did not answer in time, or the connection broke.
    NoAnswer,
    /// The hub answered with this status.
    Status(u16),
}

/// One webhook.
pub(crate) struct Webhook<P> {
    payload: P,
    on_accepted: Vec<OnAccepted>,
}

type OnAccepted = Box<dyn FnOnce() + Send>;

impl<P> Webhook<P> {
    pub(crate) fn new(payload: P) -> Self {
        Self { payload, on_accepted: Vec::new() }
    }

    /// A webhook, and a receiver that is told when the hub has accepted it. `and_then` is called before that.
    pub(crate) fn tracked(
        payload: P,
        and_then: impl FnOnce() + Send + 'static,
    ) -> (Self, oneshot::Receiver<()>) {
        let (accepted, receiver) = oneshot::channel();
        let on_accepted: OnAccepted = Box::new(move || {
            and_then();
            // The receiver may be gone.
            let _gone = accepted.send(());
        });
        (Self { payload, on_accepted: vec![on_accepted] }, receiver)
    }
}

/// A lane's end, and a webhook for it.
type Addressed<P> = (mpsc::Sender<Webhook<P>>, Webhook<P>);

/// Webhooks that are kept until there are enough to reorder or to batch.
struct Gathering<P> {
    count: usize,
    as_one: bool,
    kept: Vec<Addressed<P>>,
}

/// The webhooks of one provider.
pub(crate) struct Webhooks<F: Format> {
    format: F,
    client: Option<Client>,
    shared: Arc<Shared>,
    faults: Arc<Faults>,
    lanes: Mutex<HashMap<String, mpsc::Sender<Webhook<F::Payload>>>>,
    gathering: Mutex<Option<Gathering<F::Payload>>>,
}

impl<F: Format> Webhooks<F> {
    /// The hub is where `url` is; one on this machine is reached without a proxy.
    pub(crate) fn new(format: F, url: &str, shared: Arc<Shared>, faults: Arc<Faults>) -> Arc<Self> {
        let mut client = Client::builder()
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .timeout(F::ATTEMPT)
            .user_agent("deskbell-practice");
        let url = Url::parse(url).ok();
        if url.as_ref().is_some_and(|it| matches!(it.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"))) {
            client = client.no_proxy();
        }
        let client = client.build().ok();
        let (lanes, gathering) = (Mutex::default(), Mutex::new(None));
        Arc::new(Self { format, client, shared, faults, lanes, gathering })
    }

    /// Puts a webhook into the lane of this name, subject to the faults in force. Waits while the lane is full.
    pub(crate) async fn send(self: &Arc<Self>, lane: &str, webhook: Webhook<F::Payload>) {
        let lane = self.lane(lane);
        for (lane, webhook) in self.gathered((lane, webhook)) {
            // A closed lane means that the simulation has stopped.
            let _stopped = lane.send(webhook).await;
        }
    }

    /// Keeps the next webhooks until there are `count` (1 to 1000), then delivers them in reverse, or as one.
    pub(crate) fn gather(&self, count: usize, as_one: bool) {
        let count = count.clamp(1, 1000);
        let mut gathering = self.gathering.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = gathering.take().map(|it| it.kept).unwrap_or_default();
        *gathering = Some(Gathering { count, as_one, kept });
    }

    fn lane(self: &Arc<Self>, name: &str) -> mpsc::Sender<Webhook<F::Payload>> {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(lane) = lanes.get(name) {
            return lane.clone();
        }
        let (lane, webhooks) = mpsc::channel(LANE);
        lanes.insert(name.to_owned(), lane.clone());
        self.shared.spawn(self.clone().run(webhooks));
        lane
    }

    /// Takes a webhook, and returns those that are to be delivered now, in order.
    fn gathered(&self, webhook: Addressed<F::Payload>) -> Vec<Addressed<F::Payload>> {
        let mut gathering = self.gathering.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(now) = gathering.as_mut() else { return vec![webhook] };
        now.kept.push(webhook);
        if now.kept.len() < now.count {
            return Vec::new();
        }
        let Some(Gathering { as_one, mut kept, .. }) = gathering.take() else { return Vec::new() };
        if !as_one {
            kept.reverse();
            return kept;
        }
        let mut batches: Vec<Addressed<F::Payload>> = Vec::new();
        for (lane, Webhook { payload, on_accepted }) in kept {
            let left = match batches.last_mut() {
                Some((_, batch)) => {
                    let left = self.format.join(&mut batch.payload, payload);
                    if left.is_none() {
                        batch.on_accepted.extend(on_accepted);
                        continue;
                    }
                    left
                }
                None => Some(payload),
            };
            batches.extend(left.map(|payload| (lane, Webhook { payload, on_accepted })));
        }
        batches
    }

    /// Delivers the webhooks of one lane, in order.
    async fn run(self: Arc<Self>, mut webhooks: mpsc::Receiver<Webhook<F::Payload>>) {
        while let Some(Webhook { payload, on_accepted }) = webhooks.recv().await {
            self.faults.webhooks_released().await;
            let twice = self.faults.take_duplicate();
            let Some(post) = self.format.post(&payload) else { continue };
            if !self.deliver(&payload, &post).await {
                continue;
            }
            for notify in on_accepted {
                notify();
            }
            if twice {
                let _answer = self.attempt(&post).await;
            }
        }
    }

    /// Tries until the hub accepts it. False if the provider gives up.
    async fn deliver(&self, payload: &F::Payload, post: &Post) -> bool {
        let first = self.shared.pace.now();
        let mut retries = self.faults.retries();
        let mut attempts = 0;
        loop {
            retries.borrow_and_update();
            let Err(failure) = self.attempt(post).await else { return true };
            attempts += 1;
            let elapsed_ms = self.shared.pace.now().saturating_sub(first);
            let failed = Failed { attempts, elapsed_ms, failure };
            let Some(pause) = self.format.pause(payload, &failed) else {
                tracing::warn!(attempts, failure = ?failed.failure, "the hub did not accept a webhook; it is lost");
                return false;
            };
            let next = self.shared.pace.now().saturating_add(pause);
            tokio::select! {
                () = self.shared.pace.until(next) => {}
                _ordered = retries.changed() => {}
            }
            self.faults.webhooks_released().await;
        }
    }

    async fn attempt(&self, post: &Post) -> Result<(), Failure> {
        let Some(client) = &self.client else { return Err(Failure::Connect) };
        let (header, signature) = &post.signature;
        let request = client
            .post(post.url.clone())
            .header("content-type", post.content_type)
            .header(*header, signature)
            .body(post.body.clone());
        let failure = match request.send().await {
            Ok(response) if self.format.accepts(response.status().as_u16()) => return Ok(()),
            Ok(response) => Failure::Status(response.status().as_u16()),
            Err(error) if error.is_connect() => Failure::Connect,
            Err(_) => Failure::NoAnswer,
        };
        tracing::info!(?failure, "the hub did not accept a webhook");
        Err(failure)
    }
}
