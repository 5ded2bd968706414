//! The customers and the provider: simulated people behind simulated provider APIs.
//!
//! [`Provider`] is the provider's side of the WhatsApp Cloud API: it takes a hub's messages over HTTP and
//! brings signed webhooks to it. [`Customer`] is a person with a phone behind it, moved by a test or, after
//! [`Provider::start_cast`], by a script. Nothing here knows the hub's insides; all is HTTP, as in life.
//!
//! The same seed and the same hand-driven clock give the same conversations.

mod cast;
mod chance;
mod control;
mod customer;
mod pace;
mod provider;

pub use customer::{Customer, Gone, Line, Tick, Writer};
pub use provider::{Fault, Provider, ProviderConfig};
