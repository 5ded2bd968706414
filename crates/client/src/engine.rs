//! The engine as hosts see it.

mod keeper;
mod lock;
mod parts;
mod requests;
mod windows;

use std::future::Future;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use deskbell_clock::SharedClock;
use deskbell_protocol::{AlertOutcome, Command, ConversationId, ErrorBody, Offer, OfferId};
use tokio::sync::broadcast;
use tokio::task::JoinHandle;

pub(crate) use parts::{Asked, Parts, random};

use crate::announcer::Subscription;
use crate::api::{Alert, Event, HostInfo, Reply, Request};
use crate::cache::Look;
use crate::keys::KeyStore;
use crate::secrets::{Password, Token};
use crate::{pin, session, sign_in};

/// How long opening waits for the key store before it goes on without the cache.
const OPENING: Duration = Duration::from_millis(300);

/// What an engine is made of.
pub struct EngineConfig {
    /// Where everything of this desktop lies. Made if it is not there; only one engine may have it.
    pub data_dir: PathBuf,
    /// What the UI is told of the host.
    pub host: HostInfo,
    /// The cache's own folder in `data_dir`: one per hub and agent, such as `practice-you`. One plain name.
    /// Absent in the doorway, where there is nothing to keep and no hub.
    pub workspace: Option<String>,
    /// The hub; absent when there is none to connect to.
    pub hub: Option<HubAddress>,
    /// Where secrets are kept.
    pub keys: Arc<dyn KeyStore>,
    /// Where the time comes from.
    pub clock: SharedClock,
}

/// A hub, and who signs in there.
#[derive(Clone, Debug)]
pub struct HubAddress {
    /// Such as `https://hub.example.org`.
    pub url: String,
    /// The agent's name.
    pub agent: String,
    /// Their password. The token that it brings is remembered in the key store, so that the next start
    /// works without.
    pub password: Option<Password>,
    /// What a sign-in has just brought, in place of whatever is remembered.
    pub token: Option<Token>,
}

/// Why an engine could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another engine has this data folder.
    #[error("Deskbell is already running with this data folder")]
    InUse,
    /// The workspace is no plain folder name.
    #[error("the workspace's name cannot be a folder's name")]
    BadName,
    /// The data folder cannot be made or written to.
    #[error("the data folder cannot be used: {0}")]
    Folder(#[from] std::io::Error),
}

/// The engine. Cheap to clone; when the last one is dropped all its work stops where it is.
#[derive(Clone)]
pub struct Engine(Arc<Running>);

struct Running {
    parts: Arc<Parts>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

impl Drop for Running {
    fn drop(&mut self) {
        for task in self.tasks.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            task.abort();
        }
    }
}

impl Engine {
    /// Opens the data folder and begins to work. Must be called within a tokio runtime.
    ///
    /// Returns also when the key store is locked or the hub is away: both are told as the connection's
    /// state and tried again.
    ///
    /// # Errors
    /// If another engine has the folder, or it cannot be used.
    pub async fn open(config: EngineConfig) -> Result<Self, OpenError> {
        let doorway = config.workspace.is_none();
        let parts = Arc::new(Parts::new(config)?);
        if doorway {
            parts.opened();
            return Ok(Self(Arc::new(Running { parts, tasks: Mutex::default() })));
        }
        let mut cache = parts.cache.subscribe();
        let tasks = vec![
            tokio::spawn(keeper::keep(Arc::clone(&parts))),
            tokio::spawn(session::run(Arc::clone(&parts))),
            tokio::spawn(keeper::prune(Arc::clone(&parts))),
            tokio::spawn(windows::run(Arc::clone(&parts))),
        ];
        // Nearly always the key is there at once, and the first picture can be the whole one.
        let _open = tokio::time::timeout(OPENING, cache.wait_for(Option::is_some)).await;
        parts.opened();
        Ok(Self(Arc::new(Running { parts, tasks: Mutex::new(tasks) })))
    }

    /// Does what the UI or the host asks for.
    ///
    /// # Errors
    /// With a sentence for the person: what happened, what became of their work, what to do.
    pub async fn handle(&self, request: Request) -> Result<Reply, ErrorBody> {
        requests::handle(&self.0.parts, request).await
    }

    /// Begins the UI's stream of events; an older one ends.
    #[must_use]
    pub fn subscribe(&self) -> Subscription {
        self.0.parts.announcer.subscribe()
    }

    /// The host's copy of all events, for toasts and the tray. A listener that is a thousand events behind
    /// misses some.
    #[must_use]
    pub fn listen(&self) -> broadcast::Receiver<Event> {
        self.0.parts.announcer.listen()
    }

    /// Completes when the person has asked to quit and confirmed it, or nothing was left to confirm.
    pub fn quitting(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut quitting = self.0.parts.quitting.subscribe();
        async move {
            // An engine that is gone has quit as well.
            let _quit = quitting.wait_for(|quit| *quit).await;
        }
    }

    /// The machine woke up or its network changed: whatever waits is tried at once.
    pub fn wake(&self) {
        self.0.parts.wake();
    }

    /// Says what became of the alert for an offer. Does not matter if the hub cannot be told: it sees by
    /// itself that this desktop is away.
    pub async fn report_alert(&self, offer: OfferId, outcome: AlertOutcome, why: Option<String>) {
        let report = Command::ReportAlert { offer, outcome, why };
        if let Err(error) = self.handle(report.into()).await {
            tracing::debug!(code = ?error.code, "the hub was not told what became of an alert");
        }
    }

    /// Tells the person something that belongs to no conversation.
    pub fn alert(&self, alert: Alert) {
        self.0.parts.announcer.announce(Event::Alert { alert });
    }

    /// Brings a conversation to the front of the UI, as after a click on its toast.
    pub fn show(&self, conversation: ConversationId) {
        self.0.parts.announcer.announce(Event::Open { conversation });
    }

    /// The conversation on the screen, if any, and whether the window or page has the focus: what decides
    /// which toasts are needed.
    #[must_use]
    pub fn looking(&self) -> (Option<ConversationId>, bool) {
        let look = self.0.parts.look();
        (look.conversation, look.focused)
    }

    /// Nobody looks at anything any more: the last page was closed.
    #[cfg(feature = "browser-host")]
    pub(crate) fn looks_away(&self) {
        self.0.parts.set_look(Look::default(), false);
    }

    /// What rings at me right now, for hosts that begin to listen or have missed events.
    pub async fn ringing(&self) -> Vec<Offer> {
        match self.0.parts.cache() {
            Some(cache) => {
                cache.workspace(Look::default()).await.map(|workspace| workspace.offers).unwrap_or_default()
            }
            None => Vec::new(),
        }
    }

    /// Stops all work and closes the cache. Whatever was asked for before is finished.
    pub async fn close(&self) {
        self.0.parts.stop.send_replace(true);
        let tasks: Vec<_> = self.0.tasks.lock().unwrap_or_else(PoisonError::into_inner).drain(..).collect();
        for task in tasks {
            // A task that has failed has stopped as well.
            let _stopped = task.await;
        }
        let cache = self.0.parts.cache.send_replace(None);
        if let Some(cache) = cache {
            cache.close().await;
        }
        self.0.parts.announcer.close();
        self.0.parts.release();
    }

    /// Whether this is the same engine.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// How many messages have not reached the hub, and how many interactions are active. Nothing where the cache
    /// cannot be read.
    pub async fn unfinished(&self) -> (u32, u32) {
        match self.0.parts.cache() {
            Some(cache) => (cache.unsent().await.unwrap_or(0), cache.active().await.unwrap_or(0)),
            None => (0, 0),
        }
    }

    /// Closes, forgets the token, and tells the hub that it is good no longer. What the cache holds stays.
    pub async fn sign_out(&self) {
        self.close().await;
        let parts = &self.0.parts;
        let Some(hub) = &parts.hub else { return };
        let name = session::token_name(&parts.workspace);
        let token = parts.keys.read(&name).await.ok().flatten();
        if let Err(error) = parts.keys.delete(&name).await {
            tracing::warn!(%error, "the token could not be removed from the key store");
        }
        if let Some(token) = token.and_then(|bytes| String::from_utf8(bytes).ok()) {
            sign_in::sign_out(&hub.url, pin::pinned(&parts.folder), &Token::new(token)).await;
        }
    }

    /// Lets the cache grow to so many pages at most: a full disk, for tests.
    #[doc(hidden)]
    pub async fn limit_cache_pages(&self, pages: u32) {
        if let Some(cache) = self.0.parts.cache() {
            let _limited = cache.limit_pages(pages).await;
        }
    }
}
