//! What an engine is opened with.

use std::path::PathBuf;
use std::sync::Arc;

use deskbell_clock::SharedClock;

use crate::api::HostInfo;
use crate::keys::KeyStore;
use crate::secrets::{Password, Token};

/// What an engine is opened with.
pub struct EngineConfig {
    /// The folder of everything that this desktop stores. Created if absent; only one engine may use it.
    pub data_dir: PathBuf,
    /// What the UI is told of the host.
    pub host: HostInfo,
    /// The cache's own folder in `data_dir`: one per hub and agent, such as `practice-you`. One plain name.
    /// Absent while signed out, when there is no hub and nothing to store.
    pub workspace: Option<String>,
    /// The hub; absent when there is none to connect to.
    pub hub: Option<HubAddress>,
    /// The store of the cache's key and the hub's token.
    pub keys: Arc<dyn KeyStore>,
    /// The clock of this desktop.
    pub clock: SharedClock,
}

/// A hub, and who signs in there.
#[derive(Clone, Debug)]
pub struct HubAddress {
    /// Such as `https://hub.example.org`.
    pub url: String,
    /// The agent's name.
    pub agent: String,
    /// Their password. The token that a sign-in returns is written to the key store, so that the next start
    /// needs no password.
    pub password: Option<Password>,
    /// The token of a sign-in that has just been made; used instead of the one in the key store.
    pub token: Option<Token>,
}

/// Why an engine could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another engine uses this data folder.
    #[error("Deskbell is already running with this data folder")]
    InUse,
    /// The workspace is no plain folder name.
    #[error("the workspace's name cannot be a folder's name")]
    BadName,
    /// The data folder cannot be created or written to.
    #[error("the data folder cannot be used: {0}")]
    Folder(#[from] std::io::Error),
}
