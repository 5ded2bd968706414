//! Practice mode: a hub in this process, and in front of it simulated providers and customers. Everything between them
//! is HTTP, as with a real hub.

mod providers;
#[cfg(test)]
mod tests;

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use deskbell_client::api::{Reply, Request};
use deskbell_client::{Engine, HubAddress, Password};
use deskbell_hub::{Hub, Settings};
use deskbell_practice::Provider;
use deskbell_protocol::Readiness;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use self::providers::{Providers, cannot_listen, listen};
use crate::startup::Startup;

/// The agent of the practice hub.
const AGENT: &str = "You";

/// The dispositions and case fields of the practice shop, as an administrator writes them.
const SHOP: &str = r#"
[[disposition]]
id = "order.answered"
path = ["Order", "Question answered"]

[[disposition]]
id = "order.refund"
path = ["Order", "Refund promised"]

[[disposition]]
id = "repair.booked"
path = ["Repair", "Appointment made"]

[[disposition]]
id = "repair.collected"
path = ["Repair", "Ready for collection"]

[[disposition]]
id = "no_answer"
path = ["Contact no longer answers"]

[[case_field]]
key = "order"
label = "Order number"
editable = true

[[case_field]]
key = "bike"
label = "Bike"
editable = true
"#;

/// An address where no hub listens: the port of a service that is not in use any more (tcpmux).
const NOWHERE: &str = "http://127.0.0.1:1";

/// The practice hub, and the simulated providers in front of it.
pub(crate) struct Practice {
    provider: Arc<Provider>,
    stop: oneshot::Sender<()>,
    hub: JoinHandle<()>,
    /// The task that starts the cast.
    cast_start: Option<JoinHandle<()>>,
}

impl Practice {
    /// Starts hub and providers, and returns the hub's address. Offline, nothing is started, and nothing listens at the
    /// address.
    ///
    /// # Errors
    /// A sentence for the user.
    pub(crate) async fn start(start: &Startup) -> Result<(Option<Self>, HubAddress), String> {
        let folder = start.data_dir.join("practice-hub");
        let password = password(&folder)
            .map_err(|error| format!("Practice cannot use {}: {error}.", folder.display()))?;
        let address = |url: String| HubAddress {
            url,
            agent: AGENT.to_owned(),
            password: Some(Password::new(password.clone())),
            token: None,
        };
        if start.args.offline {
            return Ok((None, address(NOWHERE.to_owned())));
        }
        let hub_listener = listen().await?;
        let hub_url = format!("http://{}", hub_listener.local_addr().map_err(cannot_listen)?);
        let (seed, speed) = (start.args.practice_seed, start.args.practice_speed);
        let providers = Providers::start(&hub_url, Arc::clone(&start.clock), seed, speed).await?;
        let settings = settings(&folder, &password, &hub_url, &providers.accounts)?;
        let clock = Arc::clone(&start.clock);
        let (stop, stopped) = oneshot::channel();
        // Opening creates or recovers the store, which blocks.
        let hub = tokio::task::spawn_blocking(move || Hub::open(settings, clock))
            .await
            .map_err(|error| error.to_string())
            .and_then(|opened| opened.map_err(|error| error.to_string()))
            .map_err(|error| format!("The practice hub cannot start: {error}."))?;
        let hub = tokio::spawn(async move {
            let stopped = async move {
                // A dropped sender means stop, too.
                let _stopped = stopped.await;
            };
            hub.serve(hub_listener, stopped).await;
        });
        let provider = Arc::new(providers.whatsapp);
        Ok((Some(Self { provider, stop, hub, cast_start: None }), address(hub_url)))
    }

    /// Starts the cast when the agent is ready for the first time, so that no customer waits for an agent who has not
    /// begun.
    pub(crate) fn customers_come_when_ready(&mut self, engine: Engine) {
        let provider = Arc::clone(&self.provider);
        let mut events = engine.listen();
        self.cast_start = Some(tokio::spawn(async move {
            while !is_ready(&engine).await {
                match events.recv().await {
                    Ok(_) | Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return,
                }
            }
            provider.start_cast();
        }));
    }

    /// Stops providers and hub, and closes the hub's store.
    pub(crate) async fn stop(self) {
        if let Some(task) = self.cast_start {
            task.abort();
        }
        self.provider.stop();
        drop(self.stop);
        if let Err(error) = self.hub.await {
            tracing::error!(%error, "the practice hub failed");
        }
    }
}

/// Whether the agent accepts offers on any channel. False while the cache cannot be read.
async fn is_ready(engine: &Engine) -> bool {
    match engine.handle(Request::Snapshot).await {
        Ok(Reply::Snapshot(seen)) => seen.statuses.iter().any(|it| it.readiness == Readiness::Ready),
        _ => false,
    }
}

/// The practice hub's settings, as an administrator writes them: one queue, one agent, these accounts. SMS deliveries
/// are signed with the hub's address.
fn settings(folder: &Path, password: &str, hub_url: &str, accounts: &str) -> Result<Settings, String> {
    let text = format!(
        r#"
name = "Practice"
data_dir = "."
public_url = "{hub_url}"

[[agent]]
name = "{AGENT}"
password = "{password}"
{accounts}{SHOP}"#
    );
    let mut settings =
        Settings::parse(&text).map_err(|error| format!("The practice hub cannot start: {error}."))?;
    folder.clone_into(&mut settings.data_dir);
    Ok(settings)
}

/// The agent's password. It is made once, and kept in the folder, because the practice hub remembers it.
fn password(folder: &Path) -> io::Result<String> {
    let file = folder.join("password");
    match fs::read_to_string(&file) {
        Ok(password) if !password.is_empty() => return Ok(password),
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    fs::create_dir_all(folder)?;
    let password = random().map_err(io::Error::other)?;
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)?.write_all(password.as_bytes())?;
    Ok(password)
}

/// 128 random bits in hexadecimal.
fn random() -> Result<String, String> {
    let mut bits = [0; 16];
    getrandom::fill(&mut bits).map_err(|error| format!("This computer gives no random numbers: {error}."))?;
    Ok(hex::encode(bits))
}
