//! The state that all parts of the running hub share.

use std::sync::Arc;

use deskbell_channels::PublicUrl;
use deskbell_clock::SharedClock;
use deskbell_protocol::{Agent, Millis};
use tokio::sync::{Semaphore, watch};
use tokio::time::Instant;

use crate::accounts::Accounts;
use crate::auth::hashing::HashQueue;
use crate::auth::sign_in_attempts::SignInAttempts;
use crate::domain::agents::sign_in::agent_of_token;
use crate::limits::agent_buckets::AgentBuckets;
use crate::live::viewers::Viewers;
use crate::settings::Settings;
use crate::store::{Store, StoreError};
use crate::workers::templates::Templates;
use crate::ws::open_sockets::OpenSockets;

/// The state that all parts of the running hub share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) settings: Settings,
    pub(crate) clock: ClockFace,
    pub(crate) store: Store,
    pub(crate) accounts: Accounts,
    /// The address under which providers reach the hub.
    pub(crate) public_url: Option<PublicUrl>,
    pub(crate) templates: Templates,
    pub(crate) attempts: SignInAttempts,
    pub(crate) validations: AgentBuckets<Millis>,
    pub(crate) calls: AgentBuckets<Instant>,
    pub(crate) searches: AgentBuckets<Instant>,
    pub(crate) hashing: HashQueue,
    /// Room for webhook bodies whose signature is not verified yet, in bytes.
    pub(crate) unverified: Semaphore,
    pub(crate) sockets: OpenSockets,
    pub(crate) viewers: Arc<Viewers>,
    pub(crate) closing: watch::Sender<bool>,
}

/// The clock of the hub. It exists to implement `Debug`.
pub(crate) struct ClockFace(pub(crate) SharedClock);

impl std::fmt::Debug for ClockFace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Clock")
    }
}

impl Shared {
    /// The time by the hub's clock.
    pub(crate) fn now(&self) -> Millis {
        Millis(self.clock.0.now())
    }

    /// Returns the agent who signed in with this token; `None` if it is unknown, expired or revoked.
    pub(crate) async fn authenticate(&self, token: Vec<u8>) -> Result<Option<Agent>, StoreError> {
        agent_of_token(&self.store, token, self.now(), self.settings.token_life_ms()).await
    }

    /// Completes when the hub shuts down.
    pub(crate) async fn closed(&self) {
        let mut closing = self.closing.subscribe();
        // The sender lives in `self`, so this cannot fail while it is awaited.
        let _closing = closing.wait_for(|closing| *closing).await;
    }
}
