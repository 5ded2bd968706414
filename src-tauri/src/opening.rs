//! Opens the engine on its data folder, with the hub it belongs to: a real one, one of practice, or none.

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::Arc;

use deskbell_client::api::{AlertStyle, HostInfo, RememberedHub, Workplace};
use deskbell_client::{Engine, EngineConfig, HubAddress, Password, Token, hub_address, sign_out};
use deskbell_clock::SharedClock;
use deskbell_protocol::HubId;
use tokio::sync::OnceCell;

use crate::args::Args;
use crate::keychain::{self, Keys};
use crate::login;
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
    /// The place for secrets, once it is chosen.
    pub keys: OnceCell<Keys>,
}

/// Where to go.
pub(crate) enum Entry {
    /// Nowhere: what is open is closed, and the page asks where to go.
    Doorway,
    /// To practice.
    Practice,
    /// To a hub, with what lets in there; without either, with what is remembered.
    Hub {
        /// Which one.
        hub: RememberedHub,
        /// From the environment.
        password: Option<Password>,
        /// From a sign-in.
        token: Option<Token>,
    },
}

/// An open engine, and what is behind it.
pub(crate) struct Workspace {
    /// The engine.
    pub engine: Engine,
    practice: Option<Practice>,
    hub: Option<RememberedHub>,
}

impl Start {
    /// Opens what is at this entry. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// A sentence for the person. A hub that is away or a key store that is locked is none: the engine
    /// tells that, and goes on trying.
    pub(crate) async fn open(&self, entry: Entry, alerts: AlertStyle) -> Result<Workspace, String> {
        let keys = self.keys().await?;
        let (mut practice, mut remembered) = (None, None);
        let (place, workspace, address) = match entry {
            Entry::Doorway => (Workplace::Doorway, None, None),
            Entry::Practice => {
                let (world, address) = Practice::start(self).await?;
                practice = world;
                (Workplace::Practice, Some("practice".to_owned()), Some(address))
            }
            Entry::Hub { hub, password, token } => {
                let RememberedHub { id, url, agent, .. } = hub.clone();
                let address = HubAddress { url: url.clone(), agent: agent.clone(), password, token };
                remembered = Some(hub);
                (Workplace::Hub { id: id.clone(), url, agent }, Some(id), Some(address))
            }
        };
        let host = HostInfo {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            place,
            alerts,
            key_place: keys.place,
            can_start_at_login: !self.args.browser && login::is_possible(),
        };
        let config = EngineConfig {
            data_dir: self.data.clone(),
            host,
            workspace,
            hub: address,
            keys: Arc::clone(&keys.store),
            clock: Arc::clone(&self.clock),
        };
        let engine = match Engine::open(config).await {
            Ok(engine) => engine,
            Err(error) => {
                if let Some(practice) = practice {
                    practice.stop().await;
                }
                return Err(format!("{error}."));
            }
        };
        if let Some(practice) = &mut practice {
            practice.customers_come_when_ready(engine.clone());
        }
        Ok(Workspace { engine, practice, hub: remembered })
    }

    /// The place for secrets, chosen once.
    ///
    /// # Errors
    /// A sentence for the person, if there is none.
    pub(crate) async fn keys(&self) -> Result<&Keys, String> {
        self.keys
            .get_or_try_init(|| async {
                let data = self.data.clone();
                tokio::task::spawn_blocking(move || keychain::choose(&data))
                    .await
                    .map_err(|error| format!("The key store could not be asked: {error}."))?
            })
            .await
    }

    /// The hub and the name of the command line, if any.
    ///
    /// # Errors
    /// A sentence for the person, if the address is none or would carry the password unencrypted.
    pub(crate) fn hub(&self) -> Result<Option<(String, String)>, String> {
        let (Some(url), Some(agent)) = (&self.args.hub, &self.args.agent) else { return Ok(None) };
        let url = hub_address(url).map_err(|_why| {
            format!("--hub {url} is no address of a hub: it begins with https://, or with http:// on this computer.")
        })?;
        Ok(Some((url, agent.clone())))
    }

    /// Removes everything that is kept of a hub, the key first: without it the rest is unreadable.
    ///
    /// # Errors
    /// A sentence for the person, if something is left.
    pub(crate) async fn remove(&self, hub: &RememberedHub, known_as: Option<HubId>) -> Result<(), String> {
        let keys = Arc::clone(&self.keys().await?.store);
        let (id, folder) = (hub.id.clone(), self.data.join(&hub.id));
        let token = tokio::task::spawn_blocking(move || {
            let token = keys.read(&format!("token-{id}")).ok().flatten();
            for secret in ["cache", "token"] {
                keys.delete(&format!("{secret}-{id}"))
                    .map_err(|error| format!("The key is not removed: {error}."))?;
            }
            match fs::remove_dir_all(&folder) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    Err(format!("Deskbell cannot remove {}: {error}.", folder.display()))
                }
                _ => Ok(token),
            }
        })
        .await
        .map_err(|error| error.to_string())??;
        if let Some(token) = token.and_then(|bytes| String::from_utf8(bytes).ok()) {
            sign_out(&hub.url, known_as, &Token::new(token)).await;
        }
        Ok(())
    }
}

impl Workspace {
    /// The hub that it belongs to, if it is a remembered one.
    pub(crate) fn hub(&self) -> Option<&RememberedHub> {
        self.hub.as_ref()
    }

    /// Closes everything, the engine first.
    pub(crate) async fn close(self) {
        self.engine.close().await;
        if let Some(practice) = self.practice {
            practice.stop().await;
        }
    }
}
