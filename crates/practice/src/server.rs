//! The simulation as a test or the app starts it: one HTTP listener, and handles for what is behind it.

use std::sync::Arc;

use axum::Router;
use deskbell_clock::SharedClock;
use tokio::net::TcpListener;

use crate::customer::{Customer, SmsCustomer};
use crate::faults::Fault;
use crate::providers::sms::{self, Sms};
use crate::providers::whatsapp::{self, WhatsApp};
use crate::shared::Shared;
use crate::simulation::Simulation;
use crate::{cast, control};

/// What a simulation with a WhatsApp provider is started with.
pub struct ProviderConfig {
    /// Where to listen; an address on loopback.
    pub listener: TcpListener,
    /// The clock of timestamps, human delays and retries.
    pub clock: SharedClock,
    /// The seed of all random numbers.
    pub seed: u64,
    /// How many times faster than real people the simulated ones act; 1 is real time.
    pub speed: f64,
    /// The hub's webhook, in full.
    pub webhook_url: String,
    /// The id of the business's number.
    pub phone_number_id: String,
    /// The token that each request of the hub must carry.
    pub access_token: String,
    /// The key that signs webhooks.
    pub app_secret: String,
    /// The business's number as customers see it, digits.
    pub display_phone_number: String,
}

/// What an SMS provider is started with.
pub struct SmsConfig {
    /// Where to listen; an address on loopback.
    pub listener: TcpListener,
    /// The hub's webhook for inbound messages, in full and as the hub knows it: the signature covers it. Connection
    /// overrides in its fragment, such as `#rc=2&rp=all`, say how it is repeated.
    pub webhook_url: String,
    /// The id of the account: `AC` and 32 hexadecimal digits.
    pub account_sid: String,
    /// The password of the account, and the key that signs webhooks.
    pub auth_token: String,
    /// The business's number in E.164 format, with `+`.
    pub number: String,
}

/// A running WhatsApp provider with customers behind it. Stops when it is dropped.
pub struct Provider {
    simulation: Arc<Simulation>,
    base_url: String,
}

impl Provider {
    /// Starts a provider. Must be called inside a Tokio runtime.
    #[must_use]
    pub fn start(config: ProviderConfig) -> Self {
        Self::serve(config, false)
    }

    /// Starts a provider that also serves the control API under `/practice` (see [`crate`]), for tests in other
    /// languages. Every program that reaches the listener can then act as a customer.
    #[must_use]
    pub fn start_with_control(config: ProviderConfig) -> Self {
        Self::serve(config, true)
    }

    fn serve(config: ProviderConfig, with_control: bool) -> Self {
        let shared = Shared::new(config.clock, config.seed, config.speed);
        let account = whatsapp::Account {
            phone_number_id: config.phone_number_id,
            access_token: config.access_token,
            display_phone_number: config.display_phone_number,
        };
        let provider = WhatsApp::new(account, &config.webhook_url, config.app_secret, shared.clone());
        let mut router = whatsapp::router(provider.clone());
        cast::register(&shared);
        let simulation = Simulation::new(shared, provider);
        if with_control {
            router = router.merge(control::router(simulation.clone()));
        }
        let base_url = listen(config.listener, router, &simulation.shared);
        Self { simulation, base_url }
    }

    /// Where it listens: the `base_url` in the hub's settings.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The person with this name: one of the cast (by first name or full name), or a new one. The same name is the
    /// same person with the same number, also in the next run.
    #[must_use]
    pub fn customer(&self, name: &str) -> Customer {
        Customer::new(self.simulation.clone(), self.simulation.shared.person(name))
    }

    /// The person with this name; a new one is known by user name and user id, and the provider does not disclose
    /// the phone number.
    #[must_use]
    pub fn customer_without_phone(&self, name: &str) -> Customer {
        Customer::new(self.simulation.clone(), self.simulation.shared.person_without_phone(name))
    }

    /// Makes something go wrong.
    pub fn inject(&self, fault: Fault) {
        self.simulation.whatsapp.inject(fault);
    }

    /// How many messages of the hub were accepted and silently dropped, because a user id stood where a phone number
    /// belongs.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.simulation.whatsapp.dropped()
    }

    /// Starts an SMS provider with the same customers, which stops with this one. The cast and the control API use the
    /// first SMS provider that is started. Must be called inside a Tokio runtime.
    pub fn start_sms(&self, config: SmsConfig) -> SmsProvider {
        let SmsConfig { listener, webhook_url, account_sid: sid, auth_token, number } = config;
        let shared = &self.simulation.shared;
        let provider = Sms::new(sms::Account { sid, auth_token, number, webhook_url }, shared.clone());
        let base_url = listen(listener, sms::router(provider.clone()), shared);
        self.simulation.add_sms(provider.clone());
        SmsProvider { simulation: self.simulation.clone(), provider, base_url }
    }

    /// Starts the cast: the first customer writes within seconds, others follow at a calm pace, never more than
    /// three at once, until the provider stops. A second call has no effect.
    pub fn start_cast(&self) {
        cast::start(&self.simulation);
    }

    /// Stops everything: no customer writes, no webhook is posted, the port is closed.
    pub fn stop(&self) {
        self.simulation.shared.stop();
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A running SMS provider.
pub struct SmsProvider {
    simulation: Arc<Simulation>,
    provider: Arc<Sms>,
    base_url: String,
}

impl SmsProvider {
    /// Where it listens: the `base_url` in the hub's settings.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The person with this name, as [`Provider::customer`] finds or makes them. On SMS everybody has a number.
    #[must_use]
    pub fn customer(&self, name: &str) -> SmsCustomer {
        SmsCustomer::new(self.provider.clone(), self.simulation.shared.person(name))
    }

    /// Makes something go wrong. Returns false, and does nothing, for a fault that this API cannot have: templates,
    /// the health of the account, subscribed apps and batches of webhooks are WhatsApp's.
    pub fn inject(&self, fault: Fault) -> bool {
        self.provider.inject(fault)
    }
}

/// Serves until the simulation stops. Returns the base URL.
fn listen(listener: TcpListener, router: Router, shared: &Shared) -> String {
    let base_url = listener.local_addr().map(|it| format!("http://{it}")).unwrap_or_default();
    let stopped = shared.stopped();
    tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(stopped).await {
            tracing::error!(%error, "the practice provider stopped serving");
        }
    });
    base_url
}
