//! What the two doors lead to: one engine, or a host that exchanges engines when somebody signs in elsewhere.

use std::future::Future;
use std::pin::Pin;

use deskbell_protocol::{ErrorBody, ErrorCode};
use tokio::sync::watch;

use crate::announcer::Subscription;
use crate::api::{Event, NumberedEvent, Reply, Request};
use crate::engine::Engine;

/// An answer on its way.
pub type Answer<'a> = Pin<Box<dyn Future<Output = Result<Reply, ErrorBody>> + Send + 'a>>;

/// How it stands behind the doors.
#[derive(Clone)]
pub enum Standing {
    /// An engine is being opened or exchanged; whoever asks waits.
    Opening,
    /// This engine works.
    Open(Engine),
    /// None can be opened. The sentence is for the person.
    Failed(String),
}

/// What the two doors lead to.
pub trait Doors: Send + Sync + 'static {
    /// How it stands, now and later.
    fn standing(&self) -> watch::Receiver<Standing>;

    /// Does what is asked for; what only a host can do as well.
    fn handle(&self, request: Request) -> Answer<'_>;
}

impl Doors for Engine {
    fn standing(&self) -> watch::Receiver<Standing> {
        // Nothing ever changes: this is the engine.
        watch::channel(Standing::Open(self.clone())).1
    }

    fn handle(&self, request: Request) -> Answer<'_> {
        Box::pin(Self::handle(self, request))
    }
}

/// The engine, once one works.
///
/// # Errors
/// With the sentence why none can be opened.
pub async fn opened(standing: &mut watch::Receiver<Standing>) -> Result<Engine, ErrorBody> {
    let now = standing.wait_for(|standing| !matches!(standing, Standing::Opening)).await;
    match now.as_deref() {
        Ok(Standing::Open(engine)) => Ok(engine.clone()),
        Ok(Standing::Failed(sentence)) => Err(ErrorBody::new(ErrorCode::Unavailable, sentence)),
        Ok(Standing::Opening) | Err(_) => {
            Err(ErrorBody::new(ErrorCode::Unavailable, "Deskbell is closing, so this was not done."))
        }
    }
}

/// A page's stream of events. It ends when another page takes its place; when the engine is exchanged, the last
/// event is [`Event::Resync`].
pub struct Following {
    standing: watch::Receiver<Standing>,
    engine: Engine,
    subscription: Subscription,
    over: bool,
}

impl Following {
    /// Subscribes to the engine that works, or will in a moment.
    ///
    /// # Errors
    /// With the sentence why none can be opened.
    pub async fn begin(doors: &dyn Doors) -> Result<Self, ErrorBody> {
        let mut standing = doors.standing();
        let engine = opened(&mut standing).await?;
        let subscription = engine.subscribe();
        Ok(Self { standing, engine, subscription, over: false })
    }

    /// The next event, or nothing more.
    pub async fn next(&mut self) -> Option<NumberedEvent> {
        if self.over {
            return None;
        }
        let next = self.subscription.next().await;
        if next.is_some() {
            return next;
        }
        self.over = true;
        if self.subscription.is_replaced() {
            return None;
        }
        let engine = &self.engine;
        let exchanged = |standing: &Standing| match standing {
            Standing::Opening => false,
            Standing::Open(now) => !now.is(engine),
            Standing::Failed(_) => true,
        };
        self.standing.wait_for(exchanged).await.ok()?;
        Some(NumberedEvent { seq: 0, event: Event::Resync })
    }

    /// Whether another page has taken this one's place.
    #[must_use]
    pub fn is_replaced(&self) -> bool {
        self.subscription.is_replaced()
    }
}
