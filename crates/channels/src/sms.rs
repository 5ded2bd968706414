//! SMS by Twilio. Facts are from Twilio's public documentation as of autumn 2026 (API version 2010-04-01).
//!
//! Inbound: Twilio posts forms, one for each message and each status, signed over the public address of the webhook.
//! Outbound: `send` posts a form, and `answers` says what an answer means.

use std::time::Duration;

use deskbell_protocol::{Channel as ChannelKind, ChannelPolicy, Failure, OwnSide};

use crate::channel::{Acknowledgement, BoxFuture, Channel, Sink, Webhook};
use crate::settings::{AccountContext, Registration};
use crate::{
    Credentials, Delivery, Diagnosis, Headers, Inbound, Outbound, ParseError, SendOutcome, SignatureError,
};

mod answers;
mod api_client;
mod consent;
mod doctor;
mod errors;
mod form;
mod health;
mod parse;
mod policy;
mod send;
mod settings;
mod signature;

pub use settings::Settings;
pub use signature::verify_signature;

use api_client::ApiClient;

/// The name of the channel in settings and in the address of its webhook.
const NAME: &str = "sms";

/// The line of the registry.
pub(crate) const REGISTRATION: Registration = Registration {
    name: NAME,
    kind: ChannelKind::Sms,
    parse: |table, environment| Ok(Box::new(Settings::parse(table, environment)?)),
};

/// One phone number at Twilio.
#[derive(Clone, Debug)]
pub struct Sms {
    /// Absent when the settings make no address or this machine has no working TLS.
    api: Option<ApiClient>,
    settings: Settings,
    /// The address of the webhook as Twilio knows it; absent without a public address: then nothing is sent.
    webhook_url: Option<String>,
}

impl Sms {
    /// Opens a number; nothing is connected yet. With settings that make no address every message is refused.
    #[must_use]
    pub fn new(settings: Settings, context: &AccountContext<'_>) -> Self {
        let api = ApiClient::new(&settings, context.proxy);
        let webhook_url = context.public_url.map(|url| url.join(&context.webhook_path(NAME)));
        Self { api, settings, webhook_url }
    }
}

impl Channel for Sms {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Sms
    }

    fn address(&self) -> &str {
        &self.settings.number
    }

    fn policy(&self) -> ChannelPolicy {
        policy::policy()
    }

    fn parse(&self, delivery: &Delivery) -> Result<Vec<Inbound>, ParseError> {
        parse::parse(delivery, &self.settings.number)
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

impl Webhook for Sms {
    fn stored_headers(&self) -> &'static [&'static str] {
        &[signature::HEADER]
    }

    fn check_headers(&self, headers: &Headers) -> Result<(), SignatureError> {
        signature::read(headers.get(signature::HEADER)).map(|_signature| ())
    }

    fn verify(&self, delivery: &Delivery) -> Result<(), SignatureError> {
        let header = delivery.headers.get(signature::HEADER);
        verify_signature(&delivery.url, &delivery.body, header, &self.settings.auth_token)
    }

    /// An empty document of TwiML: Twilio answers the contact with nothing.
    fn acknowledgement(&self) -> Acknowledgement {
        Acknowledgement { status: 200, content_type: Some("text/xml"), body: "<Response></Response>" }
    }
}

impl Sink for Sms {
    fn send<'a>(&'a self, message: &'a Outbound) -> BoxFuture<'a, SendOutcome> {
        Box::pin(self.post(message))
    }

    fn check_credentials(&self) -> BoxFuture<'_, Credentials> {
        Box::pin(self.account_credentials())
    }

    fn health(&self) -> BoxFuture<'_, OwnSide> {
        Box::pin(self.account_health())
    }

    fn barred_alone(&self) -> Failure {
        errors::TABLE.barred_alone()
    }
}
