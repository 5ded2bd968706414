//! What the engine's tasks share.

use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use deskbell_clock::SharedClock;
use deskbell_protocol::{Command, CommandId, ConversationId, ErrorBody, Millis, Viewer};
use tokio::sync::{Notify, mpsc, oneshot, watch};

use crate::announcer::Announcer;
use crate::api::{Connection, Event, HostInfo, Settings};
use crate::cache::Cache;
use crate::config::{EngineConfig, HubAddress, OpenError};
use crate::folder_lock::FolderLock;
use crate::http_client::ApiClient;
use crate::hub_clock::HubClock;
use crate::keys::AsyncKeys;
use crate::settings;
use crate::view::View;

/// How many commands may wait for the session to take them.
const COMMAND_QUEUE: usize = 64;

/// A command for the hub, and where its reply goes.
pub(crate) struct CommandRequest {
    pub(crate) id: CommandId,
    pub(crate) command: Command,
    pub(crate) reply: oneshot::Sender<Result<(), ErrorBody>>,
}

/// What the engine's tasks share: the engine's requests, the session, the cache supervisor and the timers.
pub(crate) struct Context {
    pub(crate) host: HostInfo,
    /// The workspace's folder.
    pub(crate) folder: PathBuf,
    settings_file: PathBuf,
    /// The workspace's name; empty while signed out.
    pub(crate) workspace: String,
    pub(crate) hub: Option<HubAddress>,
    pub(crate) keys: AsyncKeys,
    pub(crate) clock: SharedClock,
    pub(crate) hub_clock: Arc<HubClock>,
    pub(crate) announcer: Arc<Announcer>,
    /// The cache; none until its key is read, and while it is rebuilt.
    pub(crate) cache: watch::Sender<Option<Cache>>,
    /// What is on the screen. The cache counts unread messages by it, and the session tells it to the hub.
    pub(crate) view: Arc<watch::Sender<View>>,
    /// The other viewers of a conversation, as the hub told them last.
    viewers: Mutex<Option<(ConversationId, Vec<Viewer>)>>,
    /// The hub's HTTP API, while the connection is live.
    api_client: Mutex<Option<ApiClient>>,
    connection: Mutex<Connection>,
    settings: Mutex<Settings>,
    commands: mpsc::Sender<CommandRequest>,
    /// The receiving end of `commands`, until the session takes it.
    command_receiver: Mutex<Option<mpsc::Receiver<CommandRequest>>>,
    /// Notified when a message enters the outbox or is released.
    pub(crate) outbox: Notify,
    /// Notified when there is something new to read by HTTP.
    pub(crate) backfill: Notify,
    /// Counts wake-ups of the machine and changes of its network.
    pub(crate) wake: watch::Sender<u64>,
    /// Becomes true when the engine is closed.
    pub(crate) stop: watch::Sender<bool>,
    /// Becomes true when the person has quit.
    pub(crate) quitting: watch::Sender<bool>,
    /// Whether `Engine::open` has returned: a cache that opens later needs a new snapshot in the UI.
    opened: AtomicBool,
    lock: Mutex<Option<FolderLock>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn is_plain_name(name: &str) -> bool {
    let mut components = Path::new(name).components();
    matches!((components.next(), components.next()), (Some(Component::Normal(part)), None) if part == name)
}

impl Context {
    /// Creates the folders and takes the data folder's lock.
    pub(crate) fn new(config: EngineConfig) -> Result<Self, OpenError> {
        let EngineConfig { data_dir, host, workspace, hub, keys, clock } = config;
        let folder = match &workspace {
            Some(workspace) if !is_plain_name(workspace) => return Err(OpenError::BadName),
            Some(workspace) => data_dir.join(workspace),
            None => data_dir.clone(),
        };
        fs::create_dir_all(&folder)?;
        let lock = FolderLock::take(&data_dir)?;
        let settings_file = data_dir.join("settings.json");
        let (commands, receiver) = mpsc::channel(COMMAND_QUEUE);
        Ok(Self {
            host,
            settings: Mutex::new(settings::read(&settings_file)),
            folder,
            settings_file,
            workspace: workspace.unwrap_or_default(),
            hub,
            keys: AsyncKeys::new(keys),
            hub_clock: Arc::new(HubClock::new(Arc::clone(&clock))),
            clock,
            announcer: Arc::new(Announcer::new()),
            cache: watch::Sender::new(None),
            view: Arc::default(),
            viewers: Mutex::default(),
            api_client: Mutex::default(),
            connection: Mutex::new(Connection::Offline { message: None, retry_at: None }),
            commands,
            command_receiver: Mutex::new(Some(receiver)),
            outbox: Notify::new(),
            backfill: Notify::new(),
            wake: watch::Sender::new(0),
            stop: watch::Sender::new(false),
            quitting: watch::Sender::new(false),
            opened: AtomicBool::new(false),
            lock: Mutex::new(Some(lock)),
        })
    }

    /// The time by this desktop's clock.
    pub(crate) fn now(&self) -> Millis {
        Millis(self.clock.now())
    }

    pub(crate) fn cache(&self) -> Option<Cache> {
        self.cache.borrow().clone()
    }

    pub(crate) fn view(&self) -> View {
        *self.view.borrow()
    }

    pub(crate) fn set_view(&self, view: View) {
        self.view.send_if_modified(|known| std::mem::replace(known, view) != view);
        let viewers = lock(&self.viewers);
        if let Some((conversation, agents)) = viewers.as_ref().filter(|it| Some(it.0) == view.conversation) {
            // A page that was loaded since has not been told.
            self.announcer.announce(Event::Viewers { conversation: *conversation, agents: agents.clone() });
        }
    }

    /// Takes the hub's list of the other viewers of a conversation.
    pub(crate) fn set_viewers(&self, conversation: ConversationId, agents: Vec<Viewer>) {
        let mut viewers = lock(&self.viewers);
        *viewers = (!agents.is_empty()).then(|| (conversation, agents.clone()));
        // Announced under the lock, so that the last event is the state.
        self.announcer.announce(Event::Viewers { conversation, agents });
    }

    /// Clears the list of other viewers: the connection that told them is closed.
    pub(crate) fn clear_viewers(&self) {
        if let Some((conversation, _)) = lock(&self.viewers).take() {
            self.announcer.announce(Event::Viewers { conversation, agents: Vec::new() });
        }
    }

    /// The hub's HTTP API, while the connection is live.
    pub(crate) fn api_client(&self) -> Option<ApiClient> {
        lock(&self.api_client).clone()
    }

    pub(crate) fn set_api_client(&self, client: Option<ApiClient>) {
        *lock(&self.api_client) = client;
    }

    pub(crate) fn connection(&self) -> Connection {
        lock(&self.connection).clone()
    }

    pub(crate) fn set_connection(&self, connection: Connection) {
        let mut known = lock(&self.connection);
        if *known != connection {
            known.clone_from(&connection);
            // Announced under the lock, so that the last event is the state.
            self.announcer.announce(Event::Connection { connection });
        }
    }

    pub(crate) fn settings(&self) -> Settings {
        lock(&self.settings).clone()
    }

    /// Writes the settings to the disk, then announces them.
    pub(crate) fn change_settings(&self, settings: Settings) -> std::io::Result<()> {
        let mut known = lock(&self.settings);
        settings::write(&self.settings_file, &settings)?;
        known.clone_from(&settings);
        self.announcer.announce(Event::Settings { settings });
        Ok(())
    }

    /// Ends the waits before the next attempt to connect or to read the key.
    pub(crate) fn wake(&self) {
        self.wake.send_modify(|count| *count = count.wrapping_add(1));
    }

    pub(crate) fn set_opened(&self) {
        self.opened.store(true, Ordering::Release);
    }

    pub(crate) fn is_opened(&self) -> bool {
        self.opened.load(Ordering::Acquire)
    }

    /// Releases the data folder.
    pub(crate) fn unlock_folder(&self) {
        lock(&self.lock).take();
    }

    /// Queues a command for the session. False if too many are queued.
    pub(crate) fn queue_command(&self, request: CommandRequest) -> bool {
        self.commands.try_send(request).is_ok()
    }

    /// The queue of commands. The first caller gets it.
    pub(crate) fn take_command_receiver(&self) -> Option<mpsc::Receiver<CommandRequest>> {
        lock(&self.command_receiver).take()
    }
}
