//! The lock that keeps a second engine out of a data folder.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

use crate::config::OpenError;

/// An exclusive lock on a data folder. The operating system releases it when the process ends, if not before.
pub(crate) struct FolderLock {
    _file: File,
}

impl FolderLock {
    /// Takes the lock.
    ///
    /// # Errors
    /// [`OpenError::InUse`] if another engine has it.
    pub(crate) fn take(folder: &Path) -> Result<Self, OpenError> {
        let file =
            OpenOptions::new().create(true).truncate(false).write(true).open(folder.join("in-use.lock"))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(OpenError::InUse),
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }
}
