//! WhatsApp Business Platform, Cloud API. Facts are from the provider's public documentation as of autumn 2026
//! (Graph v26.0).
//!
//! Inbound: `handshake` and `signature` guard the webhook, `parse` parses a delivery. Outbound: `send` posts through
//! `api_client`, and `graph` says what an answer means.

use std::time::Duration;

use deskbell_protocol::{Channel as ChannelKind, ChannelPolicy, Failure, OwnSide};

use crate::channel::{BoxFuture, Channel, Sink, Webhook};
use crate::settings::{AccountContext, Registration};
use crate::{
    Credentials, Delivery, Diagnosis, Headers, Inbound, ListedTemplate, Outbound, OwnAddress, ParseError,
    SendOutcome, SignatureError,
};

mod api_client;
mod content;
mod credentials;
mod doctor;
mod envelope;
mod errors;
mod graph;
mod handshake;
mod health;
mod origin;
mod parse;
mod policy;
mod read_receipts;
mod send;
mod settings;
mod signature;
mod surrogates;
mod system;
mod templates;

pub use errors::barred_alone;
pub use handshake::answer_handshake;
pub use parse::{own_addresses, parse};
pub use settings::Settings;
pub use signature::{read_signature, verify_signature};

use api_client::ApiClient;

/// The name of the channel in settings and in the address of its webhook.
const NAME: &str = "whatsapp";

/// The line of the registry.
pub(crate) const REGISTRATION: Registration = Registration {
    name: NAME,
    kind: ChannelKind::Whatsapp,
    parse: |table, environment| Ok(Box::new(Settings::parse(table, environment)?)),
};

/// One WhatsApp account.
#[derive(Clone, Debug)]
pub struct WhatsApp {
    /// Absent when the settings make no address or this machine has no working TLS.
    api: Option<ApiClient>,
    settings: Settings,
    webhook_path: String,
}

impl WhatsApp {
    /// Opens an account; nothing is connected yet. With settings that make no address every message is refused.
    #[must_use]
    pub fn new(settings: Settings, context: &AccountContext<'_>) -> Self {
        let api = ApiClient::new(&settings, context.proxy);
        Self { api, settings, webhook_path: context.webhook_path(NAME) }
    }
}

impl Channel for WhatsApp {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Whatsapp
    }

    fn address(&self) -> &str {
        &self.settings.phone_number_id
    }

    fn policy(&self) -> ChannelPolicy {
        policy::policy(&self.settings)
    }

    fn shows_read_receipts(&self) -> bool {
        self.settings.read_receipts
    }

    fn parse(&self, delivery: &Delivery) -> Result<Vec<Inbound>, ParseError> {
        parse(&delivery.body)
    }

    fn own_addresses(&self, delivery: &Delivery) -> Vec<OwnAddress> {
        own_addresses(&delivery.body)
    }

    fn webhook(&self) -> Option<&dyn Webhook> {
        Some(self)
    }

    fn sink(&self) -> &dyn Sink {
        self
    }

    fn diagnose(&self, patience: Duration) -> BoxFuture<'_, Diagnosis> {
        Box::pin(self.diagnosis(patience))
    }
}

impl Webhook for WhatsApp {
    fn stored_headers(&self) -> &'static [&'static str] {
        &[signature::HEADER]
    }

    fn answer_handshake(&self, query: &[(String, String)]) -> Option<String> {
        let value = |key| query.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str());
        let (mode, challenge) = (value("hub.mode"), value("hub.challenge"));
        answer_handshake(mode, challenge, value("hub.verify_token"), &self.settings.verify_token)
    }

    fn check_headers(&self, headers: &Headers) -> Result<(), SignatureError> {
        read_signature(headers.get(signature::HEADER)).map(|_signature| ())
    }

    fn verify(&self, delivery: &Delivery) -> Result<(), SignatureError> {
        let header = delivery.headers.get(signature::HEADER);
        verify_signature(&delivery.body, header, &self.settings.app_secrets)
    }
}

impl Sink for WhatsApp {
    fn send<'a>(&'a self, message: &'a Outbound) -> BoxFuture<'a, SendOutcome> {
        Box::pin(Self::send(self, message))
    }

    fn mark_read<'a>(&'a self, provider_id: &'a str, typing: bool) -> BoxFuture<'a, bool> {
        Box::pin(Self::mark_read(self, provider_id, typing))
    }

    fn check_credentials(&self) -> BoxFuture<'_, Credentials> {
        Box::pin(Self::check_credentials(self))
    }

    fn health(&self) -> BoxFuture<'_, OwnSide> {
        Box::pin(Self::health(self))
    }

    fn templates(&self) -> BoxFuture<'_, Result<Vec<ListedTemplate>, Failure>> {
        Box::pin(Self::templates(self))
    }

    fn barred_alone(&self) -> Failure {
        barred_alone()
    }
}
