//! WhatsApp Business Platform, Cloud API.
//!
//! In: [`answer_handshake`] and [`verify_signature`] guard the webhook, [`parse()`] reads a delivery. Out:
//! [`WhatsApp::send`]. Facts are from the provider's public documentation as of autumn 2026 (Graph v26.0).

mod content;
mod delivery;
mod errors;
mod graph;
mod origin;
mod parse;
mod retry_after;
mod send;
mod surrogates;
mod verify;

pub use parse::parse;
pub use send::{Settings, WhatsApp};
pub use verify::{SignatureError, answer_handshake, verify_signature};
