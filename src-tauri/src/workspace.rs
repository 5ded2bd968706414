//! An open workspace: the engine on its data folder, with the hub behind it.

use std::fs;
use std::io::ErrorKind;
use std::sync::Arc;

use deskbell_client::api::{AlertStyle, HostInfo, RememberedHub, Workplace};
use deskbell_client::{Engine, EngineConfig, HubAddress, Password, Token, sign_out};
use deskbell_protocol::HubId;

use crate::autostart;
use crate::practice::Practice;
use crate::startup::Startup;

/// A workspace that can be opened.
pub(crate) enum Destination {
    /// No hub: the page shows the sign-in view.
    SignedOut,
    /// Practice mode.
    Practice,
    /// A hub. With neither password nor token the engine uses the token in the key store.
    Hub {
        /// Which hub, and as which agent.
        hub: RememberedHub,
        /// The password from the environment.
        password: Option<Password>,
        /// The token of a sign-in that has just succeeded.
        token: Option<Token>,
    },
}

/// An open engine, and what must be closed with it.
pub(crate) struct Workspace {
    /// The engine.
    pub engine: Engine,
    practice: Option<Practice>,
    hub: Option<RememberedHub>,
}

impl Workspace {
    /// Opens a workspace. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// A message for the user. An unreachable hub and a locked key store are not errors: the engine reports them and
    /// tries again.
    pub(crate) async fn open(
        startup: &Startup,
        destination: Destination,
        alerts: AlertStyle,
    ) -> Result<Self, String> {
        let secrets = startup.secrets().await?;
        let (mut practice, mut remembered) = (None, None);
        let (place, workspace, address) = match destination {
            Destination::SignedOut => (Workplace::Doorway, None, None),
            Destination::Practice => {
                let (world, address) = Practice::start(startup).await?;
                practice = world;
                (Workplace::Practice, Some("practice".to_owned()), Some(address))
            }
            Destination::Hub { hub, password, token } => {
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
            key_place: secrets.place,
            can_start_at_login: !startup.args.browser && autostart::is_supported(),
        };
        let config = EngineConfig {
            data_dir: startup.data_dir.clone(),
            host,
            workspace,
            hub: address,
            keys: Arc::clone(&secrets.store),
            clock: Arc::clone(&startup.clock),
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
        Ok(Self { engine, practice, hub: remembered })
    }

    /// The hub of this workspace; absent in practice mode and when signed out.
    pub(crate) fn hub(&self) -> Option<&RememberedHub> {
        self.hub.as_ref()
    }

    /// Closes the engine, then the practice hub.
    pub(crate) async fn close(self) {
        self.engine.close().await;
        if let Some(practice) = self.practice {
            practice.stop().await;
        }
    }
}

/// Deletes everything that this desktop keeps of a hub, and signs out there. The key is deleted first: without it
/// the rest is unreadable.
///
/// # Errors
/// A message for the user, if something could not be deleted.
pub(crate) async fn delete_data(
    startup: &Startup,
    hub: &RememberedHub,
    hub_id: Option<HubId>,
) -> Result<(), String> {
    let store = Arc::clone(&startup.secrets().await?.store);
    let (id, folder) = (hub.id.clone(), startup.data_dir.join(&hub.id));
    let token = tokio::task::spawn_blocking(move || {
        let token = store.read(&format!("token-{id}")).ok().flatten();
        for secret in ["cache", "token"] {
            store
                .delete(&format!("{secret}-{id}"))
                .map_err(|error| format!("The key could not be deleted: {error}."))?;
        }
        match fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(format!("Deskbell cannot delete {}: {error}.", folder.display()))
            }
            _ => Ok(token),
        }
    })
    .await
    .map_err(|error| error.to_string())??;
    if let Some(token) = token.and_then(|bytes| String::from_utf8(bytes).ok()) {
        sign_out(&hub.url, hub_id, &Token::new(token)).await;
    }
    Ok(())
}
