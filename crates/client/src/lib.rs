//! The engine: session, sync, outbox and the encrypted cache behind one UI contract.
//!
//! [`Engine`] is what a host opens; [`api`] is all that a UI knows of it. The engine knows no window, no
//! toast and no web page: the host shows what [`Engine::listen`] announces.

mod announcer;
pub mod api;
#[cfg(feature = "browser-host")]
pub mod browser_host;
mod cache;
mod config;
mod context;
mod engine;
mod engine_handle;
mod folder_lock;
mod http_client;
mod hub_clock;
mod hub_identity;
mod keys;
mod secrets;
mod session;
mod settings;
mod sign_in;
mod sync;
mod view;

pub use announcer::Subscription;
pub use config::{EngineConfig, HubAddress, OpenError};
pub use engine::Engine;
pub use engine_handle::{EngineHandle, EngineStatus, EventStream, ReplyFuture, wait_for_engine};
pub use hub_identity::{read_hub_id, write_hub_id};
pub use keys::{FileKeys, KeyStore, KeyStoreError, MemoryKeys};
pub use secrets::{Password, Token};
pub use sign_in::{NewSession, hub_address, sign_in, sign_out};
