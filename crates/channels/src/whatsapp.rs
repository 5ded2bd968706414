//! WhatsApp Business Platform, Cloud API.
//!
//! In: [`answer_handshake`] and [`verify_signature`] guard the webhook, [`parse()`] reads a delivery. Out:
//! [`WhatsApp::send`]. Facts are from the provider's public documentation as of autumn 2026 (Graph v26.0).

mod content;
mod delivery;
mod door;
mod errors;
mod graph;
mod health;
mod marks;
mod origin;
mod parse;
mod retry_after;
mod send;
mod surrogates;
mod system;
mod templates;
mod verify;

pub use errors::{barred_alone, concerns_address, is_barred};
pub use parse::{own_numbers, parse};
pub use verify::{SignatureError, answer_handshake, read_signature, verify_signature};

use door::Door;

use crate::Secret;

/// Where and as whom to send.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The provider's address, such as `https://graph.facebook.com`.
    pub base_url: String,
    /// The version in the path, such as `v26.0`.
    pub graph_version: String,
    /// Our own number's id at the provider.
    pub phone_number_id: String,
    /// The id of the business account that the number belongs to; only templates need it.
    pub business_account_id: Option<String>,
    /// What we identify ourselves with.
    pub access_token: Secret,
    /// The HTTP proxy on the way there, if there is one. What the environment says of proxies does not count.
    /// Its address may hold a password.
    pub proxy: Option<Secret>,
}

/// Our side of one WhatsApp account: sends, lists templates, asks for its health.
#[derive(Clone, Debug)]
pub struct WhatsApp {
    /// Absent when the settings make no address or this machine has no working TLS.
    door: Option<Door>,
    phone_number_id: String,
    business_account_id: Option<String>,
}

impl WhatsApp {
    /// Prepares to send; nothing is connected yet. Settings that make no address show as a refusal of
    /// everything.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let door = Door::open(&settings);
        let Settings { phone_number_id, business_account_id, .. } = settings;
        Self { door, phone_number_id, business_account_id }
    }
}
