//! The engine: session, sync, outbox and the encrypted cache behind one UI contract.
//!
//! [`Engine`] is what a host opens; [`api`] is all that a UI knows of it. The engine knows no window, no
//! toast and no web page: the host shows what [`Engine::listen`] tells.

mod announcer;
pub mod api;
#[cfg(feature = "browser-host")]
pub mod browser_host;
mod cache;
mod engine;
mod keys;
mod session;
mod settings;
mod sync;
mod transfer;

pub use announcer::Subscription;
pub use engine::{Engine, EngineConfig, HubAddress, OpenError, Password};
pub use keys::{FileKeys, KeyStore, KeyStoreError, MemoryKeys};
