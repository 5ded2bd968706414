//! Bringing webhooks to the hub: one lane per person, in order, until the hub answers 200.

use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, Url, redirect};
use serde_json::Value;
use tokio::sync::{mpsc, oneshot};

use super::webhook;
use super::world::World;
use crate::customer::{Person, Tick};

/// How many webhooks may wait in one lane; who writes more waits.
pub(super) const LANE: usize = 256;
/// How long one attempt may take.
const ATTEMPT: Duration = Duration::from_secs(20);
/// The pause after the first failed attempt; each further one is twice as long.
const FIRST_PAUSE_MS: i64 = 500;
/// The longest pause.
const LONGEST_PAUSE_MS: i64 = 5 * 60 * 1000;
/// How long a webhook is tried (provider's documentation, "webhooks overview").
const TRIED_MS: i64 = 7 * 24 * 60 * 60 * 1000;

/// One webhook.
pub(crate) struct Parcel {
    changes: Vec<Value>,
    written: Vec<Written>,
}

/// A customer's line that a webhook brings.
pub(crate) struct Written {
    /// Who wrote it.
    pub(super) person: Arc<Person>,
    /// Which one.
    pub(super) wamid: String,
    /// Hears when the hub has it.
    pub(super) tell: oneshot::Sender<()>,
}

impl Parcel {
    /// A webhook about one change, perhaps a customer's line.
    pub(super) fn new(change: Value, written: Option<Written>) -> Self {
        Self { changes: vec![change], written: written.into_iter().collect() }
    }

    /// Both as one.
    pub(super) fn join(&mut self, other: Self) {
        self.changes.extend(other.changes);
        self.written.extend(other.written);
    }
}

/// The door to the hub.
pub(super) struct Door {
    client: Option<Client>,
    url: Option<Url>,
    app_secret: String,
}

impl Door {
    pub(super) fn new(url: &str, app_secret: String) -> Self {
        let url = Url::parse(url).ok();
        let mut client = Client::builder()
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .timeout(ATTEMPT)
            .user_agent("deskbell-practice");
        if url.as_ref().is_some_and(|it| matches!(it.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"))) {
            client = client.no_proxy();
        }
        Self { client: client.build().ok(), url, app_secret }
    }

    /// Brings it once. True if the hub took it.
    async fn knock(&self, body: &str) -> bool {
        let (Some(client), Some(url)) = (&self.client, &self.url) else { return false };
        let request = client
            .post(url.clone())
            .header("content-type", "application/json")
            .header("x-hub-signature-256", webhook::signature(body.as_bytes(), &self.app_secret))
            .body(body.to_owned());
        match request.send().await {
            Ok(response) if response.status() == 200 => true,
            Ok(response) => {
                tracing::info!(status = response.status().as_u16(), "the hub did not take a webhook");
                false
            }
            Err(error) => {
                tracing::info!(connect = error.is_connect(), "the hub was not reached with a webhook");
                false
            }
        }
    }
}

/// Brings everything of one lane, in order.
pub(super) async fn carry(world: Arc<World>, mut lane: mpsc::Receiver<Parcel>) {
    while let Some(parcel) = lane.recv().await {
        world.faults.webhooks_flow().await;
        let twice = world.faults.take_duplicate();
        let body = webhook::body(parcel.changes);
        if !bring(&world, &body).await {
            tracing::warn!("the hub did not take a webhook for seven days; it is lost");
            continue;
        }
        for Written { person, wamid, tell } in parcel.written {
            person.with_lines(|lines| lines.tick(&wamid, Tick::Taken));
            // Nobody may be waiting for it.
            let _nobody = tell.send(());
        }
        if twice {
            world.door.knock(&body).await;
        }
    }
}

/// Tries until the hub takes it; false if it never did.
async fn bring(world: &World, body: &str) -> bool {
    let until = world.pace.now().saturating_add(TRIED_MS);
    let mut hurry = world.faults.hurry();
    let mut pause = FIRST_PAUSE_MS;
    loop {
        hurry.borrow_and_update();
        if world.door.knock(body).await {
            return true;
        }
        let next = world.pace.now().saturating_add(pause);
        if next > until {
            return false;
        }
        tokio::select! {
            () = world.pace.until(next) => {}
            _ordered = hurry.changed() => {}
        }
        world.faults.webhooks_flow().await;
        pause = (pause * 2).min(LONGEST_PAUSE_MS);
    }
}
