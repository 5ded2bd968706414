//! Windows' Credential Manager and macOS's keychain. Both are always there.

use std::path::Path;

use deskbell_client::{KeyStore, KeyStoreError};
use keyring::{Entry, Error};

/// The secrets of one data folder.
pub(super) struct Native {
    folder: String,
}

impl Native {
    /// The secrets of this data folder; another folder has its own.
    pub(super) fn of(data: &Path) -> Self {
        Self { folder: data.to_string_lossy().into_owned() }
    }

    /// Whether the system has a key store.
    pub(super) fn present() -> bool {
        Entry::store_status().is_ok()
    }

    fn entry(&self, name: &str) -> Result<Entry, KeyStoreError> {
        Entry::new("org.deskbell.app", &format!("{name} in {}", self.folder)).map_err(refused)
    }
}

impl KeyStore for Native {
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, KeyStoreError> {
        match self.entry(name)?.get_secret() {
            Ok(secret) => Ok(Some(secret)),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(refused(error)),
        }
    }

    fn write(&self, name: &str, value: &[u8]) -> Result<(), KeyStoreError> {
        self.entry(name)?.set_secret(value).map_err(refused)
    }

    fn delete(&self, name: &str) -> Result<(), KeyStoreError> {
        match self.entry(name)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(refused(error)),
        }
    }
}

/// None of these means that a secret is lost. Their texts may hold the secret's bytes, so only the kind is
/// told.
fn refused(error: Error) -> KeyStoreError {
    match error {
        Error::NoStorageAccess(_) => KeyStoreError::Locked,
        Error::PlatformFailure(error) => KeyStoreError::Failed(error.to_string()),
        Error::BadEncoding(_) | Error::BadDataFormat(..) => {
            KeyStoreError::Failed("not what was kept".to_owned())
        }
        _ => KeyStoreError::Failed("the system's key store refused".to_owned()),
    }
}
