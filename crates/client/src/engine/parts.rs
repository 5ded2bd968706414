//! What the engine's tasks share.

use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use deskbell_clock::SharedClock;
use deskbell_protocol::{Command, CommandId, ConversationId, ErrorBody, Millis, Viewer};
use tokio::sync::{Notify, mpsc, oneshot, watch};

use super::lock::FolderLock;
use super::{EngineConfig, HubAddress, OpenError};
use crate::announcer::Announcer;
use crate::api::{Connection, Event, HostInfo, Settings};
use crate::cache::{Cache, Look};
use crate::hub_clock::HubClock;
use crate::keys::PatientKeys;
use crate::session::Looking;
use crate::settings;
use crate::transfer::Transfer;

/// How many commands may wait for the connection.
const COMMANDS: usize = 64;

/// A command on its way to the hub, and who waits for the answer.
pub(crate) struct Asked {
    pub(crate) id: CommandId,
    pub(crate) command: Command,
    pub(crate) answer: oneshot::Sender<Result<(), ErrorBody>>,
}

/// What the engine's tasks share.
pub(crate) struct Parts {
    pub(crate) host: HostInfo,
    pub(crate) folder: PathBuf,
    settings_file: PathBuf,
    pub(crate) workspace: String,
    pub(crate) hub: Option<HubAddress>,
    pub(crate) keys: PatientKeys,
    pub(crate) clock: SharedClock,
    pub(crate) hub_clock: Arc<HubClock>,
    pub(crate) announcer: Arc<Announcer>,
    /// The cache, once its key is there.
    pub(crate) cache: watch::Sender<Option<Cache>>,
    pub(crate) look: Arc<Mutex<Look>>,
    /// What colleagues are told of it.
    pub(crate) looking: watch::Sender<Looking>,
    /// Who else is at a conversation, as told last.
    lookers: Mutex<Option<(ConversationId, Vec<Viewer>)>>,
    /// The hub's door for bulk, while the connection is live.
    door: Mutex<Option<Transfer>>,
    connection: Mutex<Connection>,
    settings: Mutex<Settings>,
    commands: mpsc::Sender<Asked>,
    /// The session takes the other end.
    pub(crate) asked: Mutex<Option<mpsc::Receiver<Asked>>>,
    /// Something is new in the outbox.
    pub(crate) outbox: Notify,
    /// Something is new to read by HTTP.
    pub(crate) page_in: Notify,
    /// Counts wake-ups.
    pub(crate) wake: watch::Sender<u64>,
    pub(crate) stop: watch::Sender<bool>,
    pub(crate) quitting: watch::Sender<bool>,
    /// Whether `open` has returned: what comes later, the UI has to read anew.
    opened: AtomicBool,
    lock: Mutex<Option<FolderLock>>,
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn is_plain(name: &str) -> bool {
    let mut parts = Path::new(name).components();
    matches!((parts.next(), parts.next()), (Some(Component::Normal(part)), None) if part == name)
}

impl Parts {
    pub(super) fn new(config: EngineConfig) -> Result<Self, OpenError> {
        let EngineConfig { data_dir, host, workspace, hub, keys, clock } = config;
        let folder = match &workspace {
            Some(workspace) if !is_plain(workspace) => return Err(OpenError::BadName),
            Some(workspace) => data_dir.join(workspace),
            None => data_dir.clone(),
        };
        fs::create_dir_all(&folder)?;
        let lock = FolderLock::take(&data_dir)?;
        let settings_file = data_dir.join("settings.json");
        let (commands, asked) = mpsc::channel(COMMANDS);
        Ok(Self {
            host,
            settings: Mutex::new(settings::read(&settings_file)),
            folder,
            settings_file,
            workspace: workspace.unwrap_or_default(),
            hub,
            keys: PatientKeys::new(keys),
            hub_clock: Arc::new(HubClock::new(Arc::clone(&clock))),
            clock,
            announcer: Arc::new(Announcer::new()),
            cache: watch::Sender::new(None),
            look: Arc::default(),
            looking: watch::Sender::new(Looking::default()),
            lookers: Mutex::default(),
            door: Mutex::default(),
            connection: Mutex::new(Connection::Offline { message: None, retry_at: None }),
            commands,
            asked: Mutex::new(Some(asked)),
            outbox: Notify::new(),
            page_in: Notify::new(),
            wake: watch::Sender::new(0),
            stop: watch::Sender::new(false),
            quitting: watch::Sender::new(false),
            opened: AtomicBool::new(false),
            lock: Mutex::new(Some(lock)),
        })
    }

    pub(crate) fn now(&self) -> Millis {
        Millis(self.clock.now())
    }

    pub(crate) fn cache(&self) -> Option<Cache> {
        self.cache.borrow().clone()
    }

    pub(crate) fn look(&self) -> Look {
        *held(&self.look)
    }

    pub(crate) fn set_look(&self, look: Look, writing: bool) {
        *held(&self.look) = look;
        let looking = Looking { conversation: look.conversation, writing };
        self.looking.send_if_modified(|now| std::mem::replace(now, looking) != looking);
        let lookers = held(&self.lookers);
        if let Some((conversation, agents)) = lookers.as_ref().filter(|it| Some(it.0) == look.conversation) {
            // A page that has begun anew has not heard of them.
            self.announcer.announce(Event::Viewers { conversation: *conversation, agents: agents.clone() });
        }
    }

    /// Others came to a conversation, or left it.
    pub(crate) fn set_lookers(&self, conversation: ConversationId, agents: Vec<Viewer>) {
        let mut lookers = held(&self.lookers);
        *lookers = (!agents.is_empty()).then(|| (conversation, agents.clone()));
        // Under the lock, so that the last one told is the one that holds.
        self.announcer.announce(Event::Viewers { conversation, agents });
    }

    /// Nobody knows any more who else looks.
    pub(crate) fn forget_lookers(&self) {
        if let Some((conversation, _)) = held(&self.lookers).take() {
            self.announcer.announce(Event::Viewers { conversation, agents: Vec::new() });
        }
    }

    /// The hub's door for bulk, while the connection is live.
    pub(crate) fn door(&self) -> Option<Transfer> {
        held(&self.door).clone()
    }

    pub(crate) fn set_door(&self, door: Option<Transfer>) {
        *held(&self.door) = door;
    }

    pub(crate) fn connection(&self) -> Connection {
        held(&self.connection).clone()
    }

    pub(crate) fn set_connection(&self, connection: Connection) {
        let mut now = held(&self.connection);
        if *now != connection {
            now.clone_from(&connection);
            // Under the lock, so that the last one told is the one that holds.
            self.announcer.announce(Event::Connection { connection });
        }
    }

    pub(crate) fn settings(&self) -> Settings {
        held(&self.settings).clone()
    }

    pub(crate) fn change_settings(&self, fresh: Settings) -> std::io::Result<()> {
        let mut now = held(&self.settings);
        settings::write(&self.settings_file, &fresh)?;
        now.clone_from(&fresh);
        self.announcer.announce(Event::Settings { settings: fresh });
        Ok(())
    }

    pub(crate) fn wake(&self) {
        self.wake.send_modify(|count| *count = count.wrapping_add(1));
    }

    pub(super) fn opened(&self) {
        self.opened.store(true, Ordering::Release);
    }

    pub(super) fn is_opened(&self) -> bool {
        self.opened.load(Ordering::Acquire)
    }

    pub(super) fn release(&self) {
        held(&self.lock).take();
    }

    /// Hands a command to the session. False if too many wait already.
    pub(super) fn ask(&self, asked: Asked) -> bool {
        self.commands.try_send(asked).is_ok()
    }
}

/// A random number, for jitter; zero if the system has no randomness left, which only makes it less even.
pub(crate) fn random() -> u16 {
    let mut bits = [0; 2];
    match getrandom::fill(&mut bits) {
        Ok(()) => u16::from_le_bytes(bits),
        Err(_none) => 0,
    }
}
