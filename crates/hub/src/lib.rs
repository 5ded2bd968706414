//! The self-hosted server: talks to providers, routes, owns the truth.
//!
//! [`Hub::open`] opens the store and [`Hub::serve`] runs everything on a listener until told to stop.
//! Nothing the hub knows lives in memory only: stopped at any point, it goes on from the store.

mod arrivals;
mod callers;
mod check;
mod connections;
mod connectors;
mod deadlines;
mod fanout;
mod folding;
mod hashing;
mod inbound;
pub mod limits;
mod looking;
mod news;
mod numbers;
mod outbound;
mod pace;
mod passwords;
mod receipts;
mod routes;
mod routing;
mod server;
mod settings;
mod sign_in_attempts;
mod socket;
mod store;
mod templates;
mod throughput;
mod validations;

pub use check::{Finding, Verdict, check, table};
pub use server::{Hub, HubError};
pub use settings::{
    AccountSettings, AgentSettings, CaseFieldSettings, ContactSettings, DEFAULT_QUEUE, DispositionSettings,
    LimitSettings, QueueSettings, RoutingSettings, ScreenSettings, Settings, SettingsError,
};
pub use store::{Account, AgentStanding, BackupError, Keep, Rules, SetUp, Store, StoreError};
