//! The self-hosted server: talks to providers, routes interactions, and owns the truth.
//!
//! [`Hub::open`] opens the store and [`Hub::serve`] runs everything on a listener until told to stop.
//! Nothing the hub knows lives in memory only: stopped at any point, it continues from the store.
//!
//! `http` and `ws` are the transport, `workers` run in the background, `live` carries what was committed to
//! those who are connected, `domain` decides, and `store` keeps. Each uses only what stands to its right.

mod accounts;
mod admin;
mod auth;
pub mod cli;
mod domain;
mod http;
pub mod limits;
mod live;
mod server;
mod settings;
mod shared;
mod store;
mod text;
mod workers;
mod ws;

pub use admin::Admin;
pub use cli::check::{Finding, Verdict, check, table};
pub use domain::accounts::seed::SetUp;
pub use domain::agents::admin::AgentAccess;
pub use domain::deadlines::Retention;
pub use server::{Hub, HubError};
pub use settings::{
    AccountSettings, AgentSettings, CaseFieldSettings, ContactSettings, DEFAULT_QUEUE, DispositionSettings,
    LimitSettings, QueueSettings, RoutingSettings, ScreenSettings, Settings, SettingsError,
};
pub use store::{Account, BackupError, EngineError, Rules, StoreError};
