//! The engine: session, sync, outbox and the encrypted cache behind one UI contract.
//!
//! [`Engine`] is what a host opens; [`api`] is all that a UI knows of it. The engine knows no window, no
//! toast and no web page: the host shows what [`Engine::listen`] tells.

mod announcer;
pub mod api;
#[cfg(feature = "browser-host")]
pub mod browser_host;
mod cache;
mod doors;
mod engine;
mod hub_clock;
mod keys;
mod pin;
mod secrets;
mod session;
mod settings;
mod sign_in;
mod sync;
mod transfer;

pub use announcer::Subscription;
pub use doors::{Answer, Doors, Following, Standing, opened};
pub use engine::{Engine, EngineConfig, HubAddress, OpenError};
pub use keys::{FileKeys, KeyStore, KeyStoreError, MemoryKeys};
pub use pin::{pin, pinned};
pub use secrets::{Password, Token};
pub use sign_in::{Admission, hub_address, sign_in, sign_out};
