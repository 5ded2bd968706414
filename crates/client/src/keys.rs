//! Where secrets are kept: the cache's key and the hub's token.
//!
//! The host brings the key store of its operating system. Here are the face of it, the two stores that
//! need no operating system, and the patience that a locked or slow store needs.

mod file;
mod memory;
mod patient;

pub use file::FileKeys;
pub use memory::MemoryKeys;
pub(crate) use patient::PatientKeys;

/// A place for secrets. Its calls may block; the engine makes them off the runtime, one at a time.
pub trait KeyStore: Send + Sync {
    /// The secret of this name. `Ok(None)` means that it is definitely not there, never that the store
    /// could not tell.
    ///
    /// # Errors
    /// If the store is locked or cannot answer.
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, KeyStoreError>;

    /// Keeps a secret under this name, in place of an older one.
    ///
    /// # Errors
    /// If the store is locked or cannot keep it.
    fn write(&self, name: &str, value: &[u8]) -> Result<(), KeyStoreError>;

    /// Forgets the secret of this name; it is no error if there is none.
    ///
    /// # Errors
    /// If the store is locked or cannot forget it.
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
