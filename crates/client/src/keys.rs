//! The store of secrets: the cache's key and the hub's token.
//!
//! The host provides the key store of its operating system. Here are its trait, two stores that need no
//! operating system, and the wrapper that keeps blocking calls off the runtime.

mod async_keys;
mod file;
mod memory;

pub(crate) use async_keys::AsyncKeys;
pub use file::FileKeys;
pub use memory::MemoryKeys;

/// A store of secrets. Its calls may block; the engine makes them off the runtime, one at a time.
pub trait KeyStore: Send + Sync {
    /// Reads a secret. `Ok(None)` means that there is none, never that the store could not tell.
    ///
    /// # Errors
    /// If the store is locked or cannot answer.
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, KeyStoreError>;

    /// Writes a secret, and replaces an older one of the same name.
    ///
    /// # Errors
    /// If the store is locked or cannot write it.
    fn write(&self, name: &str, value: &[u8]) -> Result<(), KeyStoreError>;

    /// Deletes a secret; it is no error if there is none.
    ///
    /// # Errors
    /// If the store is locked or cannot delete it.
    fn delete(&self, name: &str) -> Result<(), KeyStoreError>;
}

/// Why a key store did not answer. None of these means that a secret is lost.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyStoreError {
    /// Somebody has to unlock it first.
    #[error("the key store is locked")]
    Locked,
    /// It has not answered yet.
    #[error("the key store does not answer")]
    Slow,
    /// It failed; the text is for the log.
    #[error("the key store failed: {0}")]
    Failed(String),
}
