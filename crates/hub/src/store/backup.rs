//! Copies of the store: made beside a running hub, and put back in place of a lost one.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use crate::store::{Rules, StoreError, Tx, inspect, known_schema, schema, writer};

/// Why a store was not backed up or not restored. Nothing was changed then.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// There is nothing to back up.
    #[error("there is no store at {0} yet")]
    NoStore(PathBuf),
    /// Something else is in the place.
    #[error("{0} exists already; --force replaces it")]
    Exists(PathBuf),
    /// The backup is none.
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

/// Copies the store at `store` into a new file that only its owner may read. The hub may be running and is
/// not held up: the copy is of one moment.
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
    let part = beside(to, ".part");
    // SQLite takes an empty file as none, and keeps its rights.
    private_file(&part)?;
    let conn = Connection::open_with_flags(store, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    conn.busy_timeout(Duration::from_secs(5))?;
    conn.execute("VACUUM INTO ?1", [part.to_string_lossy()])?;
    must_be_whole(&part)?;
    File::open(&part)?.sync_all()?;
    std::fs::rename(&part, to)?;
    settle_folder(to)
}

/// Puts a backup in the place of the store at `store`. The caller sees to it that no hub runs on it.
///
/// The store begins a new life: desktops read everything anew and send again what it has lost. Everybody has
/// to sign in again, because the backup does not know whose sign-in was ended since. A message that waited
/// for its turn may have been sent since, so it counts as `unknown` and is not sent again by itself. A store
/// that is replaced stays beside the new one under the ending `.replaced`.
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
    must_be_whole(from)?;
    if store.exists() && !replace {
        return Err(BackupError::Exists(store.to_owned()));
    }
    let part = beside(store, ".part");
    std::io::copy(&mut File::open(from)?, &mut private_file(&part)?)?;
    let conn = schema::open(&part)?;
    writer::run_alone(&conn, rules, begin_new_generation)?;
    conn.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")?;
    // The last connection takes its side files away.
    conn.close().map_err(|(_conn, error)| error)?;
    File::open(&part)?.sync_all()?;
    for side in ["", "-wal", "-shm"] {
        let old = beside(store, side);
        if old.exists() {
            std::fs::rename(&old, beside(store, &format!(".replaced{side}")))?;
        }
    }
    std::fs::rename(&part, store)?;
    settle_folder(store)
}

fn must_be_whole(path: &Path) -> Result<(), BackupError> {
    let no = |why: String| BackupError::NoBackup { path: path.to_owned(), why };
    // SQLite would make what is not there.
    File::open(path)?;
    let seen = inspect(path).map_err(|error| no(error.to_string()))?;
    match seen.schema {
        0 => Err(no("there is nothing in it".to_owned())),
        newer if newer > known_schema() => {
            Err(no(format!("it was made by a newer version (schema {newer}, known {})", known_schema())))
        }
        _ if seen.check != "ok" => Err(no(format!("it is damaged: {}", seen.check))),
        _ => Ok(()),
    }
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// An empty file that only its owner reads: customers' words will be in it.
fn private_file(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// A renamed file is there for good only once its folder is on disk.
fn settle_folder(path: &Path) -> Result<(), BackupError> {
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        let here = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        File::open(here)?.sync_all()?;
    }
    Ok(())
}
