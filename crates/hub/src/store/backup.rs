//! Backup of the store while the hub runs, and restore of a backup.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use crate::store::{Rules, StoreError, Tx, inspect, known_schema, schema, writer};

/// Why a backup or restore failed. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// There is nothing to back up.
    #[error("there is no store at {0} yet")]
    NoStore(PathBuf),
    /// The target exists already.
    #[error("{0} exists already; --force replaces it")]
    Exists(PathBuf),
    /// The file is no backup.
    #[error("{path} is no backup of this program: {why}")]
    NoBackup {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file could not be read or written.
    #[error("a file could not be read or written")]
    File(#[from] std::io::Error),
}

impl From<rusqlite::Error> for BackupError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Copies the store at `store` into a new file that only its owner may read. The hub may be running and is not
/// blocked; the copy is a consistent snapshot.
///
/// # Errors
///
/// If there is no store, the file exists and may not be replaced, or something cannot be read or written.
pub(crate) fn back_up(store: &Path, to: &Path, replace: bool) -> Result<(), BackupError> {
    if !store.exists() {
        return Err(BackupError::NoStore(store.to_owned()));
    }
    if to.exists() && !replace {
        return Err(BackupError::Exists(to.to_owned()));
    }
    let part = with_suffix(to, ".part");
    // SQLite accepts an empty file as the target, and keeps its permissions.
    private_file(&part)?;
    let conn = Connection::open_with_flags(store, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    conn.busy_timeout(Duration::from_secs(5))?;
    conn.execute("VACUUM INTO ?1", [part.to_string_lossy()])?;
    check_backup(&part)?;
    File::open(&part)?.sync_all()?;
    std::fs::rename(&part, to)?;
    sync_folder(to)
}

/// Replaces the store at `store` by a backup. The caller makes sure that no hub runs on it.
///
/// The store begins a new generation: desktops read everything again and resend what it has lost. Everybody has
/// to sign in again, because the backup does not know which sign-ins were revoked since. A message that waited to
/// be sent may have been sent since, so it becomes `unknown` and is not sent again automatically. A store that is
/// replaced stays next to the new one with the suffix `.replaced`.
///
/// # Errors
///
/// If the file is no backup, there is a store that may not be replaced, or something cannot be read or written.
pub(crate) fn restore(
    store: &Path,
    from: &Path,
    replace: bool,
    rules: &Rules,
    begin_new_generation: impl FnOnce(&mut Tx<'_>) -> Result<(), StoreError>,
) -> Result<(), BackupError> {
    check_backup(from)?;
    if store.exists() && !replace {
        return Err(BackupError::Exists(store.to_owned()));
    }
    let part = with_suffix(store, ".part");
    std::io::copy(&mut File::open(from)?, &mut private_file(&part)?)?;
    let conn = schema::open(&part)?;
    writer::run_immediate(&conn, rules, begin_new_generation)?;
    conn.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")?;
    // Closing the last connection removes the WAL files.
    conn.close().map_err(|(_conn, error)| error)?;
    File::open(&part)?.sync_all()?;
    for side in ["", "-wal", "-shm"] {
        let old = with_suffix(store, side);
        if old.exists() {
            std::fs::rename(&old, with_suffix(store, &format!(".replaced{side}")))?;
        }
    }
    std::fs::rename(&part, store)?;
    sync_folder(store)
}

/// Checks that the file is a complete store of a known schema.
fn check_backup(path: &Path) -> Result<(), BackupError> {
    let no_backup = |why: String| BackupError::NoBackup { path: path.to_owned(), why };
    // SQLite would create a file that does not exist.
    File::open(path)?;
    let inspection = inspect(path).map_err(|error| no_backup(error.to_string()))?;
    match inspection.schema {
        0 => Err(no_backup("it is empty".to_owned())),
        newer if newer > known_schema() => Err(no_backup(format!(
            "it was made by a newer version (schema {newer}, known {})",
            known_schema()
        ))),
        _ if inspection.check != "ok" => Err(no_backup(format!("it is damaged: {}", inspection.check))),
        _ => Ok(()),
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Creates an empty file that only its owner may read, because it will hold customers' messages.
fn private_file(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Syncs the folder of a renamed file: only then does the new name survive a power failure.
fn sync_folder(path: &Path) -> Result<(), BackupError> {
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        let here = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        File::open(here)?.sync_all()?;
    }
    Ok(())
}
