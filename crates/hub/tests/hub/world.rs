//! The environment of a hub under test: a provider, customers behind signed webhooks, and agents with WebSockets.

use std::time::Duration;

use deskbell_channels::{Secret, whatsapp};
use deskbell_clock::HandClock;
use deskbell_hub::{AccountSettings, Admin, AgentSettings, Hub, QueueSettings, Settings};
use deskbell_protocol::{AgentId, ErrorBody, Millis, Readiness, Role, SignIn, SignedIn};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;

mod customers;
mod desktop;
mod provider;
mod twilio;

pub(crate) use customers::{Customer, carla, delivery, deniz, emre, sign, somebody, status_of};
pub(crate) use desktop::{Desktop, hello, receive_frame, says, send, send_frame, socket};
pub(crate) use provider::{Behaviour, Provider, ReadReceipt};
pub(crate) use twilio::Twilio;

pub(crate) const SECRET: &str = "app-secret";
pub(crate) const PASSWORD: &str = "correct horse";
pub(crate) const PHONE_NUMBER_ID: &str = "10654";
/// The time at which every test begins.
pub(crate) const MORNING: i64 = 1_790_000_000_000;
/// Longer than any step may take; a test that waits this long has failed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);
pub(crate) const SECOND: i64 = 1_000;
pub(crate) const MINUTE: i64 = 60 * SECOND;
pub(crate) const HOUR: i64 = 60 * MINUTE;

/// A hub and everything around it.
pub(crate) struct World {
    pub(crate) clock: HandClock,
    pub(crate) provider: Provider,
    pub(crate) address: String,
    pub(crate) admin: Admin,
    pub(crate) http: reqwest::Client,
    settings: Settings,
    running: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
    folder: tempfile::TempDir,
}

/// An account on WhatsApp, the channel most stories play on.
pub(crate) fn whatsapp_account(name: &str, phone_number_id: &str, app_secret: &str) -> AccountSettings {
    let secret = |text: &str| Secret::new(text);
    let channel =
        whatsapp::Settings::new(phone_number_id, secret("access"), secret(app_secret), secret("verify"));
    AccountSettings::new(name, channel)
}

/// The WhatsApp settings of an account.
pub(crate) fn whatsapp_settings(account: &mut AccountSettings) -> &mut whatsapp::Settings {
    account.channel_mut().unwrap()
}

impl World {
    /// A hub with one WhatsApp account, one queue, and the agents Anna and Ben in it.
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let provider = Provider::start().await;
        let folder = tempfile::tempdir().unwrap();
        let mut settings = Settings::at(folder.path().join("data"));
        settings.queues.push(QueueSettings { name: "Sales".to_owned() });
        // The desktops here send no pings: on a busy machine they would be taken for gone.
        settings.screen.heartbeat_s = 3_600;
        let secret = |text: &str| Secret::new(text);
        let mut account = whatsapp_account("shop", PHONE_NUMBER_ID, SECRET);
        whatsapp_settings(&mut account).base_url.clone_from(&provider.base_url);
        settings.accounts.push(account);
        for name in ["Anna", "Ben"] {
            settings.agents.push(AgentSettings {
                name: name.to_owned(),
                password: secret(PASSWORD),
                role: Role::Agent,
                queues: Vec::new(),
            });
        }
        change(&mut settings);
        let clock = HandClock::at(MORNING);
        let hub = open(&settings, &clock);
        let admin = hub.admin();
        let (address, running) = serve(hub).await;
        Self {
            clock,
            provider,
            address,
            admin,
            http: reqwest::Client::new(),
            settings,
            running: Some(running),
            folder,
        }
    }

    pub(crate) fn now(&self) -> Millis {
        use deskbell_clock::Clock;
        Millis(self.clock.now())
    }

    /// Stops the hub and starts it again on the same store.
    pub(crate) async fn restart(&mut self) {
        self.stop().await;
        self.start().await;
    }

    pub(crate) async fn stop(&mut self) {
        let (stop, running) = self.running.take().unwrap();
        stop.send(()).unwrap();
        within("the hub stops", running).await.unwrap();
    }

    /// Ends the hub in the middle of everything, as far as that is possible inside one process.
    pub(crate) async fn kill(&mut self) {
        let (_stop, running) = self.running.take().unwrap();
        running.abort();
        let _aborted = running.await;
    }

    pub(crate) async fn start(&mut self) {
        let hub = open(&self.settings, &self.clock);
        self.admin = hub.admin();
        let (address, running) = serve(hub).await;
        self.address = address;
        self.running = Some(running);
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// A place for files of the story.
    pub(crate) fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Edits the settings; they count from the next start on.
    pub(crate) fn change(&mut self, change: impl FnOnce(&mut Settings)) {
        change(&mut self.settings);
    }

    /// The store's own file, as only somebody with a screwdriver sees it.
    pub(crate) fn file(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.settings.store_path()).unwrap()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) async fn sign_in(&self, name: &str) -> SignedIn {
        let body = SignIn { name: name.to_owned(), password: PASSWORD.to_owned() };
        let response = self.http.post(self.url("/v1/sign-in")).json(&body).send().await.unwrap();
        assert_eq!(response.status(), 200);
        response.json().await.unwrap()
    }

    /// An agent at a desktop with a fresh cache, up to date and listening.
    pub(crate) async fn agent(&self, name: &str) -> Desktop {
        let signed_in = self.sign_in(name).await;
        let mut desk = Desktop::connect(self, &signed_in.token, None).await;
        desk.read_snapshot(self).await;
        desk
    }

    /// The same, and ready for WhatsApp.
    pub(crate) async fn ready_agent(&self, name: &str) -> Desktop {
        let mut desk = self.agent(name).await;
        desk.becomes(Readiness::Ready).await;
        desk
    }

    pub(crate) async fn deliver(&self, body: &Value) -> u16 {
        self.deliver_bytes(serde_json::to_vec(body).unwrap()).await
    }

    pub(crate) async fn deliver_bytes(&self, body: Vec<u8>) -> u16 {
        let signature = sign(&body);
        let request = self.http.post(self.url("/webhooks/whatsapp/shop"));
        let response = request.header("X-Hub-Signature-256", signature).body(body).send().await.unwrap();
        response.status().as_u16()
    }

    /// A customer writes now.
    pub(crate) async fn writes(&self, customer: &Customer, text: &str) -> String {
        let (wamid, message) = customer.text(text, self.now());
        assert_eq!(self.deliver(&delivery(&[message], &[])).await, 200);
        wamid
    }

    pub(crate) async fn status(&self, wamid: &str, status: &str, echo: Option<&str>) {
        assert_eq!(self.deliver(&delivery(&[], &[status_of(wamid, status, echo)])).await, 200);
    }

    /// The provider reports these.
    pub(crate) async fn deliver_statuses(&self, statuses: &[Value]) {
        assert_eq!(self.deliver(&delivery(&[], statuses)).await, 200);
    }

    pub(crate) async fn get<T: serde::de::DeserializeOwned>(&self, token: &str, path: &str) -> T {
        let response = self.http.get(self.url(path)).bearer_auth(token).send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        response.json().await.unwrap()
    }

    pub(crate) async fn post<T: serde::de::DeserializeOwned>(&self, token: &str, path: &str) -> T {
        let response = self.http.post(self.url(path)).bearer_auth(token).send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        response.json().await.unwrap()
    }

    pub(crate) async fn refused(&self, token: &str, path: &str) -> (u16, ErrorBody) {
        let response = self.http.get(self.url(path)).bearer_auth(token).send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    }
}

fn open(settings: &Settings, clock: &HandClock) -> Hub {
    Hub::open(settings.clone(), clock.shared()).unwrap()
}

async fn serve(hub: Hub) -> (String, (oneshot::Sender<()>, JoinHandle<()>)) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(async move {
        hub.serve(listener, async move {
            let _stopped = stopped.await;
        })
        .await;
    });
    (address, (stop, running))
}

/// Limits the time of `work`, so that a test that hangs fails with a description.
pub(crate) async fn within<T>(what: &str, work: impl Future<Output = T>) -> T {
    timeout(PATIENCE, work).await.unwrap_or_else(|_elapsed| panic!("in vain: {what}"))
}

/// The agent of this name.
pub(crate) async fn id_of(world: &World, name: &str) -> AgentId {
    world.admin.agent_named(name).await.unwrap().unwrap().id
}
