//! Practice: a hub in this process, and simulated customers who reach it as real ones reach a real one.

use std::fs;
use std::io::{self, Write};
use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;

use deskbell_client::api::{Reply, Request};
use deskbell_client::{Engine, HubAddress, Password};
use deskbell_hub::{Hub, Settings};
use deskbell_practice::{BUSINESS_ACCOUNT, Provider, ProviderConfig};
use deskbell_protocol::Readiness;
use tokio::net::TcpListener;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::opening::Start;

/// Who practises.
const AGENT: &str = "You";

/// The business's account at the simulated provider, and its number there.
const ACCOUNT: &str = "practice";
const PHONE_NUMBER_ID: &str = "106540352242922";
const PHONE_NUMBER: &str = "15550783881";

/// What the practice shop wants to know of each case, as an administrator would write it.
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

/// Where no hub is: the port of a service that nobody runs (tcpmux).
const NOWHERE: &str = "http://127.0.0.1:1";

/// The practice world: hub and provider.
pub(crate) struct Practice {
    provider: Arc<Provider>,
    stop: oneshot::Sender<()>,
    hub: JoinHandle<()>,
    /// Whoever waits to let the customers in.
    usher: Option<JoinHandle<()>>,
}

impl Practice {
    /// Starts the practice world, unless the cable is to be out; and says where its hub is.
    ///
    /// # Errors
    /// A sentence for the person.
    pub(crate) async fn start(start: &Start) -> Result<(Option<Self>, HubAddress), String> {
        let folder = start.data.join("practice-hub");
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
        let cannot = |error: io::Error| format!("Practice cannot listen on this computer: {error}.");
        let hub_listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(cannot)?;
        let provider_listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(cannot)?;
        let hub_url = format!("http://{}", hub_listener.local_addr().map_err(cannot)?);

        // Good for this run only: hub and provider are both told.
        let (access_token, app_secret) = (random()?, random()?);
        let provider = Provider::start(ProviderConfig {
            listener: provider_listener,
            clock: Arc::clone(&start.clock),
            seed: start.args.practice_seed,
            speed: start.args.practice_speed,
            webhook_url: format!("{hub_url}/webhooks/whatsapp/{ACCOUNT}"),
            phone_number_id: PHONE_NUMBER_ID.to_owned(),
            access_token: access_token.clone(),
            app_secret: app_secret.clone(),
            display_phone_number: PHONE_NUMBER.to_owned(),
        });
        let settings = settings(&folder, &password, provider.base_url(), &access_token, &app_secret)?;
        let clock = Arc::clone(&start.clock);
        let (stop, stopped) = oneshot::channel();
        // Opening makes the store, or recovers it, which takes its moment.
        let hub = tokio::task::spawn_blocking(move || Hub::open(settings, clock))
            .await
            .map_err(|error| error.to_string())
            .and_then(|opened| opened.map_err(|error| error.to_string()))
            .map_err(|error| format!("The practice hub cannot start: {error}."))?;
        let hub = tokio::spawn(async move {
            let told = async move {
                // Nobody is left to tell: the same as being told.
                let _stopped = stopped.await;
            };
            hub.serve(hub_listener, told).await;
        });
        let provider = Arc::new(provider);
        Ok((Some(Self { provider, stop, hub, usher: None }), address(hub_url)))
    }

    /// Lets the customers come once the agent is ready for the first time: nobody shall have waited for
    /// somebody who had not begun.
    pub(crate) fn customers_come_when_ready(&mut self, engine: Engine) {
        let provider = Arc::clone(&self.provider);
        let mut events = engine.listen();
        self.usher = Some(tokio::spawn(async move {
            while !is_ready(&engine).await {
                match events.recv().await {
                    Ok(_) | Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return,
                }
            }
            provider.start_cast();
        }));
    }

    /// Stops it: nobody writes any more, and the hub's store is closed.
    pub(crate) async fn stop(self) {
        if let Some(usher) = self.usher {
            usher.abort();
        }
        self.provider.stop();
        drop(self.stop);
        if let Err(error) = self.hub.await {
            tracing::error!(%error, "the practice hub failed");
        }
    }
}

/// Whether the agent takes what is offered on any channel; not while the cache cannot be read.
async fn is_ready(engine: &Engine) -> bool {
    match engine.handle(Request::Snapshot).await {
        Ok(Reply::Snapshot(seen)) => seen.statuses.iter().any(|it| it.readiness == Readiness::Ready),
        _ => false,
    }
}

/// The practice hub's settings, as an administrator would write them: one queue, one agent, one account.
fn settings(
    folder: &Path,
    password: &str,
    base_url: &str,
    access_token: &str,
    app_secret: &str,
) -> Result<Settings, String> {
    let verify_token = random()?;
    let text = format!(
        r#"
name = "Practice"
data_dir = "."

[[agent]]
name = "{AGENT}"
password = "{password}"

[[account]]
name = "{ACCOUNT}"
phone_number_id = "{PHONE_NUMBER_ID}"
waba_id = "{BUSINESS_ACCOUNT}"
number = "+{PHONE_NUMBER}"
access_token = "{access_token}"
app_secrets = ["{app_secret}"]
verify_token = "{verify_token}"
base_url = "{base_url}"
{SHOP}"#
    );
    let mut settings =
        Settings::parse(&text).map_err(|error| format!("The practice hub cannot start: {error}."))?;
    folder.clone_into(&mut settings.data_dir);
    Ok(settings)
}

/// The password of who practises: made once, because the practice hub remembers it.
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

/// 128 random bits as text.
fn random() -> Result<String, String> {
    let mut bits = [0; 16];
    getrandom::fill(&mut bits).map_err(|error| format!("This computer gives no random numbers: {error}."))?;
    Ok(hex::encode(bits))
}
