//! The entry for UI hosts: either one engine, or a host that replaces its engine when the person signs in to
//! another hub.

use std::future::Future;
use std::pin::Pin;

use deskbell_protocol::{ErrorBody, ErrorCode};
use tokio::sync::watch;

use crate::announcer::Subscription;
use crate::api::{Event, NumberedEvent, Reply, Request};
use crate::engine::Engine;

/// The future of a reply.
pub type ReplyFuture<'a> = Pin<Box<dyn Future<Output = Result<Reply, ErrorBody>> + Send + 'a>>;

/// The state of the engine behind an [`EngineHandle`].
#[derive(Clone)]
pub enum EngineStatus {
    /// An engine is being opened or replaced; requests wait.
    Opening,
    /// This engine is open.
    Open(Engine),
    /// No engine can be opened. The sentence is for the person.
    Failed(String),
}

/// What a UI host talks to.
pub trait EngineHandle: Send + Sync + 'static {
    /// The state of the engine, and its changes.
    fn status(&self) -> watch::Receiver<EngineStatus>;

    /// Answers a request, also those that only a host can answer.
    fn handle(&self, request: Request) -> ReplyFuture<'_>;
}

impl EngineHandle for Engine {
    fn status(&self) -> watch::Receiver<EngineStatus> {
        // It never changes: an engine does not replace itself.
        watch::channel(EngineStatus::Open(self.clone())).1
    }

    fn handle(&self, request: Request) -> ReplyFuture<'_> {
        Box::pin(Self::handle(self, request))
    }
}

/// Waits until an engine is open, and returns it.
///
/// # Errors
/// With a sentence for the person, if none can be opened.
pub async fn wait_for_engine(status: &mut watch::Receiver<EngineStatus>) -> Result<Engine, ErrorBody> {
    let now = status.wait_for(|status| !matches!(status, EngineStatus::Opening)).await;
    match now.as_deref() {
        Ok(EngineStatus::Open(engine)) => Ok(engine.clone()),
        Ok(EngineStatus::Failed(sentence)) => Err(ErrorBody::new(ErrorCode::Unavailable, sentence)),
        Ok(EngineStatus::Opening) | Err(_) => {
            Err(ErrorBody::new(ErrorCode::Unavailable, "Deskbell is closing, so this was not done."))
        }
    }
}

/// A page's stream of events. It ends when another page subscribes. When the engine is replaced, the last
/// event is [`Event::Resync`].
pub struct EventStream {
    status: watch::Receiver<EngineStatus>,
    engine: Engine,
    subscription: Subscription,
    ended: bool,
}

impl EventStream {
    /// Subscribes to the engine, once it is open.
    ///
    /// # Errors
    /// With a sentence for the person, if none can be opened.
    pub async fn subscribe(handle: &dyn EngineHandle) -> Result<Self, ErrorBody> {
        let mut status = handle.status();
        let engine = wait_for_engine(&mut status).await?;
        let subscription = engine.subscribe();
        Ok(Self { status, engine, subscription, ended: false })
    }

    /// The next event; none at the end of the stream.
    pub async fn next(&mut self) -> Option<NumberedEvent> {
        if self.ended {
            return None;
        }
        let next = self.subscription.next().await;
        if next.is_some() {
            return next;
        }
        self.ended = true;
        if self.subscription.is_replaced() {
            return None;
        }
        let engine = &self.engine;
        let replaced = |status: &EngineStatus| match status {
            EngineStatus::Opening => false,
            EngineStatus::Open(now) => !now.is(engine),
            EngineStatus::Failed(_) => true,
        };
        self.status.wait_for(replaced).await.ok()?;
        Some(NumberedEvent { seq: 0, event: Event::Resync })
    }

    /// Whether another page has subscribed.
    #[must_use]
    pub fn is_replaced(&self) -> bool {
        self.subscription.is_replaced()
    }
}
