//! The hub as a whole: open, serve, shut down.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use deskbell_clock::SharedClock;
use deskbell_protocol::Millis;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use crate::accounts::Accounts;
use crate::admin::Admin;
use crate::auth::hashing::HashQueue;
use crate::auth::sign_in_attempts::SignInAttempts;
use crate::domain::accounts::seed::{begin_new_generation, seed};
use crate::http;
use crate::limits;
use crate::limits::agent_buckets::AgentBuckets;
use crate::limits::connections::{self, ConnectionLimits};
use crate::settings::{Settings, SettingsError};
use crate::shared::{ClockFace, Shared};
use crate::store::{BackupError, Store, StoreError, back_up, restore};
use crate::workers::templates::Templates;
use crate::workers::{deadlines, inbound, outbound, read_receipts};
use crate::ws::open_sockets::OpenSockets;

/// Why a hub could not be opened or served.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// The settings contradict themselves.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The data folder could not be created or used.
    #[error("the data folder cannot be used")]
    Folder(#[source] std::io::Error),
    /// Another hub runs on this data folder.
    #[error("another hub already runs on this data folder")]
    InUse,
    /// The store could not be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The backup or the restore failed.
    #[error(transparent)]
    Backup(#[from] BackupError),
}

/// A hub whose store is open.
#[derive(Debug)]
pub struct Hub {
    shared: Arc<Shared>,
    /// Held for as long as the hub lives; released by the system if it dies.
    _lock: File,
}

impl Hub {
    /// Opens the store, or creates it, and creates the queues, accounts and agents that the settings name. It may take
    /// some seconds: passwords are hashed, and a store that was not closed is recovered.
    ///
    /// # Errors
    ///
    /// If the settings contradict themselves, another hub runs on the folder, or the store cannot be used.
    pub fn open(settings: Settings, clock: SharedClock) -> Result<Self, HubError> {
        settings.check()?;
        let lock = lock_folder(&settings)?;
        let now = Millis(clock.now());
        let set_up = settings.set_up(true);
        let store = Store::open(&settings.store_path(), settings.rules(), |tx| seed(tx, set_up, now))?;
        let accounts = Accounts::of(&settings);
        let shared = Shared {
            templates: Templates::of(&accounts),
            accounts,
            public_url: settings.public_url(),
            settings,
            clock: ClockFace(clock),
            store,
            attempts: SignInAttempts::default(),
            validations: AgentBuckets::validations(),
            calls: AgentBuckets::calls(),
            searches: AgentBuckets::searches(),
            hashing: HashQueue::default(),
            unverified: Semaphore::new(limits::UNVERIFIED_BYTES),
            sockets: OpenSockets::default(),
            viewers: Arc::default(),
            closing: watch::Sender::new(false),
        };
        Ok(Self { shared: Arc::new(shared), _lock: lock })
    }

    /// Copies the store of these settings into a new file, beside a hub that may be running.
    ///
    /// # Errors
    ///
    /// If there is no store, the file exists and may not be replaced, or something cannot be read or written.
    pub fn back_up(settings: &Settings, to: &Path, replace: bool) -> Result<(), HubError> {
        Ok(back_up(&settings.store_path(), to, replace)?)
    }

    /// Replaces the store of these settings by a backup. Desktops load a new snapshot, everybody has to sign in again,
    /// and messages that waited to be sent become `unknown`. An existing store is kept with the suffix `.replaced`.
    ///
    /// # Errors
    ///
    /// If a hub runs on the folder, the file is no backup, there is a store that may not be replaced, or
    /// something cannot be read or written.
    pub fn restore(
        settings: &Settings,
        from: &Path,
        replace: bool,
        clock: &SharedClock,
    ) -> Result<(), HubError> {
        let _lock = lock_folder(settings)?;
        let now = Millis(clock.now());
        Ok(restore(&settings.store_path(), from, replace, &settings.rules(), |tx| {
            begin_new_generation(tx, now)
        })?)
    }

    /// Administration of the store of this hub.
    #[must_use]
    pub fn admin(&self) -> Admin {
        Admin::of(self.shared.store.clone())
    }

    /// Serves until `shutdown` completes; then waits at most ten seconds for the work in progress.
    pub async fn serve(self, listener: TcpListener, shutdown: impl Future<Output = ()> + Send + 'static) {
        let shared = Arc::clone(&self.shared);
        let mut work = JoinSet::new();
        work.spawn(inbound::run(Arc::clone(&shared)));
        work.spawn(outbound::run(Arc::clone(&shared)));
        work.spawn(outbound::probe(Arc::clone(&shared)));
        work.spawn(read_receipts::run(Arc::clone(&shared)));
        work.spawn(deadlines::run(Arc::clone(&shared)));
        let (app, limits) =
            (http::router(Arc::clone(&shared)), ConnectionLimits::from_settings(&shared.settings));
        work.spawn(connections::serve(listener, app, limits, shared.closing.subscribe()));
        shutdown.await;
        shared.closing.send_replace(true);
        let finish = async {
            shared.sockets.all_closed().await;
            while work.join_next().await.is_some() {}
        };
        if tokio::time::timeout(limits::SHUTDOWN_TIMEOUT, finish).await.is_err() {
            tracing::warn!("some work did not end in time and was cut off");
        }
    }
}

/// Creates the data folder if it does not exist, and locks it.
fn lock_folder(settings: &Settings) -> Result<File, HubError> {
    settings.make_data_folder().map_err(HubError::Folder)?;
    let lock = File::create(settings.data_dir.join("hub.lock")).map_err(HubError::Folder)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(std::fs::TryLockError::WouldBlock) => Err(HubError::InUse),
        Err(std::fs::TryLockError::Error(error)) => Err(HubError::Folder(error)),
    }
}
