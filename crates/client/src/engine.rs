//! The engine as hosts see it.

mod cache_supervisor;
mod requests;
mod retention;
mod window_expiry;

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use deskbell_protocol::{AlertOutcome, Command, ConversationId, ErrorBody, Offer, OfferId};
use tokio::sync::broadcast;
use tokio::task::JoinHandle;

use crate::announcer::Subscription;
use crate::api::{Alert, Event, Reply, Request};
use crate::config::{EngineConfig, OpenError};
use crate::context::Context;
use crate::secrets::Token;
use crate::view::View;
use crate::{hub_identity, session, sign_in};

/// How long opening waits for the key store before it returns without the cache.
const OPEN_TIMEOUT: Duration = Duration::from_millis(300);

/// The engine. Cheap to clone; when the last clone is dropped its tasks are aborted.
#[derive(Clone)]
pub struct Engine(Arc<Running>);

struct Running {
    context: Arc<Context>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

impl Running {
    fn take_tasks(&self) -> Vec<JoinHandle<()>> {
        std::mem::take(&mut self.tasks.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        for task in self.take_tasks() {
            task.abort();
        }
    }
}

impl Engine {
    /// Opens the data folder and starts the engine's tasks. Must be called within a tokio runtime.
    ///
    /// Also returns while the key store is locked or the hub is not reachable: the connection's state tells
    /// both, and both are retried.
    ///
    /// # Errors
    /// If another engine has the folder, or it cannot be used.
    pub async fn open(config: EngineConfig) -> Result<Self, OpenError> {
        let signed_out = config.workspace.is_none();
        let context = Arc::new(Context::new(config)?);
        if signed_out {
            context.set_opened();
            return Ok(Self(Arc::new(Running { context, tasks: Mutex::default() })));
        }
        let mut cache = context.cache.subscribe();
        let tasks = vec![
            tokio::spawn(cache_supervisor::run(Arc::clone(&context))),
            tokio::spawn(session::run(Arc::clone(&context))),
            tokio::spawn(retention::run(Arc::clone(&context))),
            tokio::spawn(window_expiry::run(Arc::clone(&context))),
        ];
        // Nearly always the key is read at once, and the first snapshot is complete.
        let _open = tokio::time::timeout(OPEN_TIMEOUT, cache.wait_for(Option::is_some)).await;
        context.set_opened();
        Ok(Self(Arc::new(Running { context, tasks: Mutex::new(tasks) })))
    }

    /// Answers a request of the UI or the host.
    ///
    /// # Errors
    /// With a sentence for the person: what happened, what became of their work, what to do.
    pub async fn handle(&self, request: Request) -> Result<Reply, ErrorBody> {
        requests::handle(&self.0.context, request).await
    }

    /// Starts the UI's stream of events; an earlier one ends.
    #[must_use]
    pub fn subscribe(&self) -> Subscription {
        self.0.context.announcer.subscribe()
    }

    /// The host's copy of all events, for toasts and the tray. A receiver that is a thousand events behind
    /// misses some.
    #[must_use]
    pub fn listen(&self) -> broadcast::Receiver<Event> {
        self.0.context.announcer.listen()
    }

    /// Completes when the person has asked to quit, and has confirmed it where that was necessary.
    pub fn quitting(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut quitting = self.0.context.quitting.subscribe();
        async move {
            // An error means that the engine is gone, which counts as quit.
            let _quit = quitting.wait_for(|quit| *quit).await;
        }
    }

    /// Retries at once whatever waits: the machine woke up or its network changed.
    pub fn wake(&self) {
        self.0.context.wake();
    }

    /// Reports the outcome of an offer's alert to the hub. A report that does not reach the hub is dropped:
    /// the hub notices that this desktop is not connected.
    pub async fn report_alert(&self, offer: OfferId, outcome: AlertOutcome, why: Option<String>) {
        let report = Command::ReportAlert { offer, outcome, why };
        if let Err(error) = self.handle(report.into()).await {
            tracing::debug!(code = ?error.code, "the outcome of an alert was not reported to the hub");
        }
    }

    /// Shows an alert that belongs to no conversation.
    pub fn alert(&self, alert: Alert) {
        self.0.context.announcer.announce(Event::Alert { alert });
    }

    /// Brings a conversation to the front of the UI, as after a click on its toast.
    pub fn show(&self, conversation: ConversationId) {
        self.0.context.announcer.announce(Event::Open { conversation });
    }

    /// The conversation on the screen, if any, and whether the window or page has the focus. Decides which
    /// toasts are shown.
    #[must_use]
    pub fn view(&self) -> (Option<ConversationId>, bool) {
        let view = self.0.context.view();
        (view.conversation, view.focused)
    }

    /// Clears the view: the last page was closed.
    #[cfg(feature = "browser-host")]
    pub(crate) fn clear_view(&self) {
        self.0.context.set_view(View::default());
    }

    /// The offers that ring now. For a host that starts to listen or has missed events.
    pub async fn ringing_offers(&self) -> Vec<Offer> {
        match self.0.context.cache() {
            Some(cache) => {
                cache.workspace(View::default()).await.map(|workspace| workspace.offers).unwrap_or_default()
            }
            None => Vec::new(),
        }
    }

    /// Stops all tasks and closes the cache. Requests that were made before are answered.
    pub async fn close(&self) {
        let context = &self.0.context;
        context.stop.send_replace(true);
        for task in self.0.take_tasks() {
            // A task that panicked has ended as well.
            let _ended = task.await;
        }
        if let Some(cache) = context.cache.send_replace(None) {
            cache.close().await;
        }
        context.announcer.close();
        context.unlock_folder();
    }

    /// Whether both are the same engine.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// How many messages the hub has not received, and how many interactions are active. Zero where the cache
    /// cannot be read.
    pub async fn unfinished(&self) -> (u32, u32) {
        match self.0.context.cache() {
            Some(cache) => (cache.unsent().await.unwrap_or(0), cache.active().await.unwrap_or(0)),
            None => (0, 0),
        }
    }

    /// Closes the engine, deletes the token and revokes it at the hub. The cache stays.
    pub async fn sign_out(&self) {
        self.close().await;
        let context = &self.0.context;
        let Some(hub) = &context.hub else { return };
        let name = session::token_name(&context.workspace);
        let token = context.keys.read(&name).await.ok().flatten();
        if let Err(error) = context.keys.delete(&name).await {
            tracing::warn!(%error, "the token could not be deleted from the key store");
        }
        if let Some(token) = token.and_then(|bytes| String::from_utf8(bytes).ok()) {
            let hub_id = hub_identity::read_hub_id(&context.folder);
            sign_in::sign_out(&hub.url, hub_id, &Token::new(token)).await;
        }
    }

    /// Limits the size of the cache in pages: a full disk, for tests.
    #[doc(hidden)]
    pub async fn limit_cache_pages(&self, pages: u32) {
        if let Some(cache) = self.0.context.cache() {
            let _limited = cache.limit_pages(pages).await;
        }
    }
}
