//! The Secret Service (<https://specifications.freedesktop.org/secret-service-spec/0.2/>): gnome-keyring,
//! KWallet, KeePassXC.
//!
//! Every call makes a connection of its own, so that a restart of the service does no harm.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use deskbell_client::{KeyStore, KeyStoreError};
use secret_service::blocking::{Collection, SecretService as Service};
use secret_service::{EncryptionType, Error};
use zbus::blocking::Connection;
use zbus::blocking::fdo::DBusProxy;

/// The name of the service on the session bus.
const SERVICE: &str = "org.freedesktop.secrets";

/// The time without another unlock prompt after the user dismissed one. The engine tries every few seconds, and finds a
/// key store that was unlocked in another way at once.
const PROMPT_PAUSE: Duration = Duration::from_secs(60);

/// The secrets of one data folder.
pub(super) struct SecretService {
    folder: String,
    prompt_dismissed: Mutex<Option<Instant>>,
}

impl SecretService {
    /// The secrets of a data folder, separate from those of other folders.
    pub(super) fn new(data_dir: &Path) -> Self {
        Self { folder: data_dir.to_string_lossy().into_owned(), prompt_dismissed: Mutex::new(None) }
    }

    /// Whether the user may be prompted to unlock or to create a collection.
    fn may_prompt(&self) -> bool {
        let dismissed = *self.prompt_dismissed.lock().unwrap_or_else(PoisonError::into_inner);
        dismissed.is_none_or(|at| at.elapsed() > PROMPT_PAUSE)
    }

    /// Whether the session has a Secret Service, running or to be started on demand.
    pub(super) fn is_available() -> bool {
        let search = || -> zbus::Result<bool> {
            let bus = DBusProxy::new(&Connection::session()?)?;
            let running = bus.name_has_owner(SERVICE.try_into()?)?;
            Ok(running || bus.list_activatable_names()?.iter().any(|name| name.as_str() == SERVICE))
        };
        search().unwrap_or(false)
    }

    fn attributes<'a>(&'a self, name: &'a str) -> HashMap<&'a str, &'a str> {
        HashMap::from([("application", "org.deskbell.app"), ("folder", &self.folder), ("name", name)])
    }

    /// Unlocks the items with this name and calls `work` with them.
    fn with_items<T>(
        &self,
        name: &str,
        work: impl FnOnce(&Service<'_>, &[secret_service::blocking::Item<'_>]) -> Result<T, Error>,
    ) -> Result<T, KeyStoreError> {
        let work = || {
            let service = Service::connect(EncryptionType::Dh)?;
            // Some services do not list the items of a locked collection, so "not found" is certain only in an unlocked
            // one. Unlocking prompts the user.
            if let Some(collection) = default_collection(&service)? {
                if self.may_prompt() {
                    collection.unlock()?;
                }
                collection.ensure_unlocked()?;
            }
            let found = service.search_items(self.attributes(name))?;
            let locked: Vec<_> = found.locked.iter().collect();
            if !locked.is_empty() && self.may_prompt() {
                service.unlock_all(&locked)?;
            }
            let items: Vec<_> = found.unlocked.into_iter().chain(found.locked).collect();
            items.iter().try_for_each(secret_service::blocking::Item::ensure_unlocked)?;
            work(&service, &items)
        };
        let done = work();
        if matches!(done, Err(Error::Prompt)) {
            *self.prompt_dismissed.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        }
        done.map_err(|error| match error {
            Error::Locked | Error::Prompt | Error::PromptDisconnected => KeyStoreError::Locked,
            Error::Unavailable => KeyStoreError::Slow,
            other => KeyStoreError::Failed(other.to_string()),
        })
    }
}

impl KeyStore for SecretService {
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, KeyStoreError> {
        self.with_items(name, |_service, items| {
            items.first().map(secret_service::blocking::Item::get_secret).transpose()
        })
    }

    fn write(&self, name: &str, value: &[u8]) -> Result<(), KeyStoreError> {
        self.with_items(name, |service, _items| {
            let collection = match default_collection(service)? {
                Some(collection) => collection,
                None if !self.may_prompt() => return Err(Error::Locked),
                None => service.create_collection("Default keyring", "default")?,
            };
            let label = format!("Deskbell: {name}");
            let replace = true;
            collection.create_item(
                &label,
                self.attributes(name),
                value,
                replace,
                "application/octet-stream",
            )?;
            Ok(())
        })
    }

    fn delete(&self, name: &str) -> Result<(), KeyStoreError> {
        self.with_items(name, |_service, items| {
            items.iter().try_for_each(secret_service::blocking::Item::delete)
        })
    }
}

/// The default collection, if there is one.
fn default_collection<'a>(service: &'a Service<'_>) -> Result<Option<Collection<'a>>, Error> {
    match service.get_default_collection() {
        Ok(collection) => Ok(Some(collection)),
        Err(Error::NoResult) => Ok(None),
        Err(error) => Err(error),
    }
}
