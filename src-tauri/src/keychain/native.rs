//! Windows' Credential Manager and macOS's keychain.

use std::path::Path;

use deskbell_client::{KeyStore, KeyStoreError};
use keyring::{Entry, Error};

/// The secrets of one data folder.
pub(super) struct Native {
    folder: String,
}

impl Native {
    /// The secrets of a data folder, separate from those of other folders.
    pub(super) fn new(data_dir: &Path) -> Self {
        Self { folder: data_dir.to_string_lossy().into_owned() }
    }

    /// Whether the system has a key store.
    pub(super) fn is_available() -> bool {
        Entry::store_status().is_ok()
    }

    fn entry(&self, name: &str) -> Result<Entry, KeyStoreError> {
        Entry::new("org.deskbell.app", &format!("{name} in {}", self.folder)).map_err(key_store_error)
    }
}

impl KeyStore for Native {
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, KeyStoreError> {
        match self.entry(name)?.get_secret() {
            Ok(secret) => Ok(Some(secret)),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(key_store_error(error)),
        }
    }

    fn write(&self, name: &str, value: &[u8]) -> Result<(), KeyStoreError> {
        self.entry(name)?.set_secret(value).map_err(key_store_error)
    }

    fn delete(&self, name: &str) -> Result<(), KeyStoreError> {
        match self.entry(name)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(key_store_error(error)),
        }
    }
}

/// Converts an error. The text of some errors holds the bytes of the secret, so only their kind is kept.
fn key_store_error(error: Error) -> KeyStoreError {
    match error {
        Error::NoStorageAccess(_) => KeyStoreError::Locked,
        Error::PlatformFailure(error) => KeyStoreError::Failed(error.to_string()),
        Error::BadEncoding(_) | Error::BadDataFormat(..) => {
            KeyStoreError::Failed("the stored secret is damaged".to_owned())
        }
        _ => KeyStoreError::Failed("the key store returned an error".to_owned()),
    }
}
