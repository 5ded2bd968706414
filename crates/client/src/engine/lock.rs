use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

use super::OpenError;

/// The exclusive hold on a data folder; ends with the process at the latest.
pub(crate) struct FolderLock {
    _file: File,
}

impl FolderLock {
    /// Takes the folder, or says that another engine has it.
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
