//! The snapshot of the workspace, and the host it runs on.

#[cfg(doc)]
use deskbell_protocol::Command;
use deskbell_protocol::{AccountHealth, Agent, ChannelStatus, HubSettings, Interaction, Offer, Queue};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{AccountView, Alert, Connection, ConversationView, Outgoing, Settings, Workplace};

/// Everything that the workspace shows first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WorkspaceSnapshot {
    /// The host.
    pub host: HostInfo,
    /// The agent who is signed in; absent until the first connection.
    pub me: Option<Agent>,
    /// The agent's queues.
    pub queues: Vec<Queue>,
    /// The hub's settings; absent until the first connection.
    pub hub: Option<HubSettings>,
    /// The connection to the hub.
    pub connection: Connection,
    /// Our accounts in those queues, with their policies.
    pub accounts: Vec<AccountView>,
    /// The accounts that cannot send.
    pub accounts_health: Vec<AccountHealth>,
    /// The agent's readiness per channel.
    pub statuses: Vec<ChannelStatus>,
    /// The offers that ring.
    pub offers: Vec<Offer>,
    /// The interactions that the agent holds: active, or ended and not done.
    pub interactions: Vec<Interaction>,
    /// The conversations of those interactions, the open one if it is stored, and the newest others (at most
    /// 50).
    pub conversations: Vec<ConversationView>,
    /// This desktop's settings.
    pub settings: Settings,
    /// Alerts that were not announced, or only just.
    pub alerts: Vec<Alert>,
    /// Outgoing messages of conversations that may no longer be read. They never reached the hub.
    pub orphaned: Vec<Outgoing>,
}

/// The host of the engine. Never changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HostInfo {
    /// The app's version.
    pub version: String,
    /// The hub of the workspace. If it differs from the last snapshot's, everything belongs to another
    /// workspace.
    pub place: Workplace,
    /// How offers are shown.
    pub alerts: AlertStyle,
    /// The store of the cache's key.
    pub key_place: KeyPlace,
    /// Whether the app can start when the person logs in to this desktop.
    pub can_start_at_login: bool,
}

/// How offers are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AlertStyle {
    /// As toasts of the operating system.
    Toast,
    /// In the page, which reports with [`Command::ReportAlert`].
    InPage,
}

/// The store of the cache's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum KeyPlace {
    /// The key store of the operating system.
    KeyStore,
    /// A file beside the cache, because this desktop has no key store. That does not protect the cache, and
    /// the settings say so.
    File,
}
