//! Opens the engine on its data folder, with the hub it belongs to: a real one, or one of practice.

use std::path::PathBuf;
use std::sync::Arc;

use deskbell_client::api::{AlertStyle, HostInfo};
use deskbell_client::{Engine, EngineConfig, HubAddress, Password};
use deskbell_clock::SharedClock;

use crate::args::Args;
use crate::keychain::{self, Keys};
use crate::practice::Practice;

/// What a start is made of: what was said, and what was found.
pub(crate) struct Start {
    /// What was said on the command line.
    pub args: Args,
    /// The data folder.
    pub data: PathBuf,
    /// From the environment, so that no list of processes shows it.
    pub password: Option<Password>,
    /// Where the time comes from.
    pub clock: SharedClock,
}

/// An open engine, and the practice world behind it, if there is one.
pub(crate) struct Workspace {
    /// The engine.
    pub engine: Engine,
    practice: Option<Practice>,
}

impl Start {
    /// Opens everything. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// A sentence for the person. A hub that is away or a key store that is locked is none: the engine
    /// tells that, and goes on trying.
    pub(crate) async fn open(&self, alerts: AlertStyle) -> Result<Workspace, String> {
        let data = self.data.clone();
        let Keys { store: keys, place: key_place } =
            tokio::task::spawn_blocking(move || keychain::choose(&data))
                .await
                .map_err(|error| format!("The key store could not be asked: {error}."))??;
        let (practice, hub, workspace) = self.hub().await?;
        let host = HostInfo {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            practice: self.args.hub.is_none(),
            alerts,
            key_place,
        };
        let config = EngineConfig {
            data_dir: self.data.clone(),
            host,
            workspace,
            hub: Some(hub),
            keys,
            clock: Arc::clone(&self.clock),
        };
        let engine = Engine::open(config).await.map_err(|error| format!("{error}."))?;
        if let Some(practice) = &practice {
            practice.customers_come_when_ready(engine.clone());
        }
        Ok(Workspace { engine, practice })
    }

    /// The hub, and the name of its cache's folder.
    async fn hub(&self) -> Result<(Option<Practice>, HubAddress, String), String> {
        let (Some(url), Some(agent)) = (&self.args.hub, &self.args.agent) else {
            let (practice, address) = Practice::start(self).await?;
            return Ok((practice, address, "practice".to_owned()));
        };
        let address = HubAddress { url: url.clone(), agent: agent.clone(), password: self.password.clone() };
        Ok((None, address, workspace(url, agent)))
    }
}

impl Workspace {
    /// Closes everything, the engine first.
    pub(crate) async fn close(self) {
        self.engine.close().await;
        if let Some(practice) = self.practice {
            practice.stop().await;
        }
    }
}

/// The folder's name for a hub and an agent: readable, and different for every two.
fn workspace(url: &str, agent: &str) -> String {
    let plain = |text: &str| -> String {
        text.chars()
            .map(|sign| if sign.is_ascii_alphanumeric() { sign.to_ascii_lowercase() } else { '-' })
            .take(40)
            .collect()
    };
    let host = url.split_once("://").map_or(url, |(_scheme, host)| host).trim_end_matches('/');
    let whole = format!("{}\n{agent}", url.trim_end_matches('/'));
    format!("{}-{}-{:08x}", plain(host), plain(agent), crate::paths::fold(whole.as_bytes()) >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_hub_and_agent_has_a_folder_of_its_own_with_a_plain_name() {
        let annas = workspace("https://desk.example.org", "Anna");
        assert_eq!(annas, workspace("https://desk.example.org/", "Anna"));
        for other in [
            ("https://desk.example.org", "anna"),
            ("https://desk.example.org:444", "Anna"),
            ("https://x", "../.."),
        ] {
            let other = workspace(other.0, other.1);
            assert_ne!(annas, other);
            assert!(other.chars().all(|sign| sign.is_ascii_alphanumeric() || sign == '-'), "{other}");
        }
    }
}
