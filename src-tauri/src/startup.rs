//! What a start of the app consists of: the command line, the data folder, the clock and the key store.

use std::path::PathBuf;

use deskbell_client::{Password, hub_address};
use deskbell_clock::SharedClock;
use tokio::sync::OnceCell;

use crate::args::Args;
use crate::keychain::{self, Secrets};

/// Everything that is fixed for one run of the app.
pub(crate) struct Startup {
    /// The command line.
    pub args: Args,
    /// The data folder; a canonical path.
    pub data_dir: PathBuf,
    /// The password from the environment, so that no process list shows it.
    pub password: Option<Password>,
    /// The source of time.
    pub clock: SharedClock,
    /// The key store, once it is chosen.
    pub secrets: OnceCell<Secrets>,
}

impl Startup {
    /// The key store of the data folder. Chosen by the first call.
    ///
    /// # Errors
    /// A message for the user, if no key store can be chosen.
    pub(crate) async fn secrets(&self) -> Result<&Secrets, String> {
        self.secrets
            .get_or_try_init(|| async {
                let data_dir = self.data_dir.clone();
                tokio::task::spawn_blocking(move || keychain::choose(&data_dir))
                    .await
                    .map_err(|error| format!("Deskbell cannot reach the key store: {error}."))?
            })
            .await
    }

    /// The hub address and agent name of the command line; absent without `--hub`.
    ///
    /// # Errors
    /// A message for the user, if the address is invalid or would send the password unencrypted.
    pub(crate) fn hub(&self) -> Result<Option<(String, String)>, String> {
        let (Some(url), Some(agent)) = (&self.args.hub, &self.args.agent) else { return Ok(None) };
        let url = hub_address(url).map_err(|_why| {
            format!(
                "--hub {url} is not a hub address: it must begin with https://, or with http:// on this computer."
            )
        })?;
        Ok(Some((url, agent.clone())))
    }
}
