//! The Secret Service (<https://specifications.freedesktop.org/secret-service-spec/0.2/>): gnome-keyring,
//! KWallet, KeePassXC.
//!
//! Connected to anew for each of the few calls, so that a service that was restarted is simply there again.

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

/// How long a person who put the unlock prompt away is left in peace. The engine asks every few seconds; a
/// store that was unlocked meanwhile in another way is found at once.
const PEACE: Duration = Duration::from_secs(60);

/// The secrets of one data folder.
pub(super) struct SecretService {
    folder: String,
    put_away: Mutex<Option<Instant>>,
}

impl SecretService {
    /// The secrets of this data folder; another folder has its own.
    pub(super) fn of(data: &Path) -> Self {
        Self { folder: data.to_string_lossy().into_owned(), put_away: Mutex::new(None) }
    }

    /// Whether the person may be asked to unlock, or to make a key ring.
    fn may_ask(&self) -> bool {
        let put_away = *self.put_away.lock().unwrap_or_else(PoisonError::into_inner);
        put_away.is_none_or(|at| at.elapsed() > PEACE)
    }

    /// Whether the session has a Secret Service, running or to be started on demand.
    pub(super) fn present() -> bool {
        let asked = || -> zbus::Result<bool> {
            let bus = DBusProxy::new(&Connection::session()?)?;
            let running = bus.name_has_owner(SERVICE.try_into()?)?;
            Ok(running || bus.list_activatable_names()?.iter().any(|name| name.as_str() == SERVICE))
        };
        asked().unwrap_or(false)
    }

    fn attributes<'a>(&'a self, name: &'a str) -> HashMap<&'a str, &'a str> {
        HashMap::from([("application", "org.deskbell.app"), ("folder", &self.folder), ("name", name)])
    }

    /// Does something with the items of this name, once they are unlocked.
    fn with<T>(
        &self,
        name: &str,
        work: impl FnOnce(&Service<'_>, &[secret_service::blocking::Item<'_>]) -> Result<T, Error>,
    ) -> Result<T, KeyStoreError> {
        let work = || {
            let service = Service::connect(EncryptionType::Dh)?;
            // Some services do not even list what is in a locked collection: "not found" counts only when
            // the collection is open. Unlocking asks the person.
            if let Some(collection) = default(&service)? {
                if self.may_ask() {
                    collection.unlock()?;
                }
                collection.ensure_unlocked()?;
            }
            let found = service.search_items(self.attributes(name))?;
            let locked: Vec<_> = found.locked.iter().collect();
            if !locked.is_empty() && self.may_ask() {
                service.unlock_all(&locked)?;
            }
            let items: Vec<_> = found.unlocked.into_iter().chain(found.locked).collect();
            items.iter().try_for_each(secret_service::blocking::Item::ensure_unlocked)?;
            work(&service, &items)
        };
        let done = work();
        if matches!(done, Err(Error::Prompt)) {
            *self.put_away.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
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
        self.with(name, |_service, items| {
            items.first().map(secret_service::blocking::Item::get_secret).transpose()
        })
    }

    fn write(&self, name: &str, value: &[u8]) -> Result<(), KeyStoreError> {
        self.with(name, |service, _items| {
            let collection = match default(service)? {
                Some(collection) => collection,
                None if !self.may_ask() => return Err(Error::Locked),
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
        self.with(name, |_service, items| items.iter().try_for_each(secret_service::blocking::Item::delete))
    }
}

/// The collection that programs keep their secrets in, if the person has one.
fn default<'a>(service: &'a Service<'_>) -> Result<Option<Collection<'a>>, Error> {
    match service.get_default_collection() {
        Ok(collection) => Ok(Some(collection)),
        Err(Error::NoResult) => Ok(None),
        Err(error) => Err(error),
    }
}
