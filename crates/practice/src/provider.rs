//! The provider's side of the WhatsApp Cloud API.

mod answers;
mod api;
mod checks;
mod faults;
mod post;
mod registry;
mod standing;
mod statuses;
mod templates;
mod webhook;
mod world;

use std::sync::Arc;

use deskbell_clock::SharedClock;
use tokio::net::TcpListener;

pub use faults::Fault;
pub(crate) use post::Parcel;
pub use standing::CanSend;
pub use webhook::BUSINESS_ACCOUNT;
pub(crate) use world::World;

use crate::Customer;

/// What a provider is started with.
pub struct ProviderConfig {
    /// Where to listen; loopback.
    pub listener: TcpListener,
    /// The time: of timestamps, of human delays, of retries.
    pub clock: SharedClock,
    /// What chance starts from.
    pub seed: u64,
    /// How many times faster than in life people act; 1 is life.
    pub speed: f64,
    /// The hub's webhook, in full.
    pub webhook_url: String,
    /// The id of the business's number.
    pub phone_number_id: String,
    /// What the hub must present.
    pub access_token: String,
    /// What webhooks are signed with.
    pub app_secret: String,
    /// The business's number, digits.
    pub display_phone_number: String,
}

/// A running provider. Stops when it is dropped.
pub struct Provider {
    world: Arc<World>,
    base_url: String,
}

impl Provider {
    /// Starts a provider. Must be called inside a Tokio runtime.
    #[must_use]
    pub fn start(config: ProviderConfig) -> Self {
        Self::serve(config, false)
    }

    /// Starts a provider that also serves the control API under `/practice` (see [`crate`]), for tests in other
    /// languages. Whoever reaches the listener can then make customers write.
    #[must_use]
    pub fn start_with_control(config: ProviderConfig) -> Self {
        Self::serve(config, true)
    }

    fn serve(config: ProviderConfig, control: bool) -> Self {
        let address = config.listener.local_addr();
        let base_url = address.map(|it| format!("http://{it}")).unwrap_or_default();
        let (world, listener) = World::new(config);
        let mut router = api::router(world.clone());
        if control {
            router = router.merge(crate::control::router(world.clone()));
        }
        let mut stopped = world.stopped();
        tokio::spawn(async move {
            let stop = async move {
                let _gone = stopped.wait_for(|it| *it).await;
            };
            if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(stop).await {
                tracing::error!(%error, "the practice provider stopped serving");
            }
        });
        Self { world, base_url }
    }

    /// Where it listens: what a hub has as its `base_url`.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The person of this name: one of the cast (first name or full name), or one who is made now. The same
    /// name is the same person with the same number, also in the next run.
    #[must_use]
    pub fn customer(&self, name: &str) -> Customer {
        Customer::new(self.world.clone(), self.world.person(name))
    }

    /// Like [`Provider::customer`], but the provider does not disclose a phone number: the person is known by
    /// user name and user id. Without effect on somebody who is known already.
    #[must_use]
    pub fn customer_without_phone(&self, name: &str) -> Customer {
        Customer::new(self.world.clone(), self.world.person_without_phone(name))
    }

    /// Lets something go wrong.
    pub fn cause(&self, fault: Fault) {
        self.world.cause(fault);
    }

    /// How many messages of the hub were accepted and dropped without a word, because a user id stood where a
    /// phone number belongs.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.world.faults.dropped()
    }

    /// Lets the cast loose: the first customer writes within seconds, others follow at a calm pace, never more
    /// than three at once, until the provider stops. Again without effect.
    pub fn start_cast(&self) {
        self.world.start_cast();
    }

    /// Stops: nobody writes any more, nothing is brought any more, the port is closed.
    pub fn stop(&self) {
        self.world.stop();
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.stop();
    }
}
