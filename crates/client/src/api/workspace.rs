//! Everything the workspace shows first, and where it runs.

#[cfg(doc)]
use deskbell_protocol::Command;
use deskbell_protocol::{AccountHealth, Agent, ChannelStatus, HubSettings, Interaction, Offer, Queue};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{AccountView, Alert, Connection, ConversationView, Outgoing, Settings, Workplace};

/// Everything the workspace shows first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WorkspaceSnapshot {
    /// Where this runs.
    pub host: HostInfo,
    /// Who is signed in; absent until the first connection.
    pub me: Option<Agent>,
    /// The queues I am a member of.
    pub queues: Vec<Queue>,
    /// What the hub set; absent until the first connection.
    pub hub: Option<HubSettings>,
    /// The connection to the hub.
    pub connection: Connection,
    /// Our accounts in those queues.
    pub accounts: Vec<AccountView>,
    /// Those of them that cannot send.
    pub accounts_health: Vec<AccountHealth>,
    /// My state per channel.
    pub statuses: Vec<ChannelStatus>,
    /// What rings at me.
    pub offers: Vec<Offer>,
    /// Interactions that I hold: active, and ended but not done.
    pub interactions: Vec<Interaction>,
    /// The conversations of those interactions, the one that is looked at if it is here, and the newest
    /// others (at most 50).
    pub conversations: Vec<ConversationView>,
    /// This desktop's settings.
    pub settings: Settings,
    /// What the person should know and has not been told.
    pub alerts: Vec<Alert>,
    /// Outgoing messages of conversations that may no longer be read. They never reached the hub.
    pub orphaned: Vec<Outgoing>,
}

/// Where the engine runs. Set by the host, never changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HostInfo {
    /// The app's version.
    pub version: String,
    /// Where one works. Another place is another workspace, of which nothing before is true.
    pub place: Workplace,
    /// How offers alert the person.
    pub alerts: AlertStyle,
    /// Where the cache's key is kept.
    pub key_place: KeyPlace,
    /// Whether the app can start when the person logs in to this desktop.
    pub can_start_at_login: bool,
}

/// How offers alert the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AlertStyle {
    /// By operating-system toasts.
    Toast,
    /// By an alert in the page, which reports by [`Command::ReportAlert`].
    InPage,
}

/// Where the cache's key is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum KeyPlace {
    /// In the key store of the operating system.
    KeyStore,
    /// In a file beside the cache, because this desktop has no key store. That is not encryption, and
    /// the settings say so.
    File,
}
