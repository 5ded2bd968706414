//! Opening the file: key, pragmas and migrations.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::{Connection, OpenFlags};
use tokio::sync::watch;

use super::{Cache, CacheError};
use crate::announcer::Announcer;
use crate::hub_clock::HubClock;
use crate::view::View;

/// The name of the file.
const FILE: &str = "cache.db";

/// The migrations in their order. Existing ones are never edited.
pub(super) const MIGRATIONS: [&str; 5] = [
    include_str!("migrations/001_first.sql"),
    include_str!("migrations/002_quotes_and_reactions.sql"),
    include_str!("migrations/003_contacts.sql"),
    include_str!("migrations/004_state_time.sql"),
    include_str!("migrations/005_send_permission.sql"),
];

/// The length of a key, in bytes.
pub(crate) const KEY_BYTES: usize = 32;

/// The key of a cache: 256 random bits.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct CacheKey([u8; KEY_BYTES]);

impl CacheKey {
    /// A new key from the operating system's randomness.
    pub(crate) fn fresh() -> Result<Self, getrandom::Error> {
        let mut bits = [0; KEY_BYTES];
        getrandom::fill(&mut bits)?;
        Ok(Self(bits))
    }

    /// The key with these bits; none if the length is wrong.
    pub(crate) fn of(bits: &[u8]) -> Option<Self> {
        bits.try_into().ok().map(Self)
    }

    pub(crate) fn bits(&self) -> &[u8] {
        &self.0
    }
}

/// Both connections to the file.
pub(super) struct Connections {
    pub(super) writer: Connection,
    pub(super) reader: Connection,
}

/// The path of the file in a folder.
pub(super) fn path_in(folder: &Path) -> PathBuf {
    folder.join(FILE)
}

/// What a cache is opened with.
pub(crate) struct CacheOptions {
    pub(crate) folder: PathBuf,
    pub(crate) key: CacheKey,
    pub(crate) announcer: Arc<Announcer>,
    pub(crate) view: Arc<watch::Sender<View>>,
    pub(crate) hub_clock: Arc<HubClock>,
}

impl Cache {
    /// Whether a folder has a cache.
    pub(crate) fn exists(folder: &Path) -> bool {
        path_in(folder).exists()
    }
}

impl CacheOptions {
    /// Opens the cache of the folder, or creates it. Blocks.
    pub(crate) fn open(self) -> Result<Cache, CacheError> {
        let path = path_in(&self.folder);
        let mut writer = connect(&path, &self.key)?;
        writer.pragma_update(None, "journal_mode", "WAL")?;
        writer.pragma_update(None, "synchronous", "NORMAL")?;
        writer.pragma_update(None, "cache_size", -8000)?;
        migrate(&mut writer)?;
        let reader = connect(&path, &self.key)?;
        reader.pragma_update(None, "query_only", true)?;
        Cache::start(Connections { writer, reader }, self.announcer, self.view, self.hub_clock)
            .map_err(|error| CacheError::Failed(rusqlite::Error::ToSqlConversionFailure(error.into())))
    }
}

/// Opens a connection, and reads the schema to prove that the key is the right one.
pub(super) fn connect(path: &Path, key: &CacheKey) -> Result<Connection, CacheError> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let sql = Connection::open_with_flags(path, flags)?;
    // A raw key needs no key derivation, which would make opening slow (SQLCipher, `PRAGMA key`, raw key
    // data). Temporary tables stay in memory: on the disk they would not be encrypted.
    sql.execute_batch(&format!(
        "PRAGMA key = \"x'{}'\"; PRAGMA temp_store = MEMORY; PRAGMA busy_timeout = 5000;",
        hex::encode(key.bits())
    ))?;
    sql.set_prepared_statement_cache_capacity(128);
    sql.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    Ok(sql)
}

fn migrate(sql: &mut Connection) -> Result<(), CacheError> {
    let version: u32 = sql.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let done = usize::try_from(version).unwrap_or(usize::MAX);
    if done > MIGRATIONS.len() {
        // Written by a newer release: quarantined and read again from the hub, like any unreadable file.
        return Err(CacheError::Unreadable);
    }
    for (migration, number) in MIGRATIONS.iter().zip(1_u32..).skip(done) {
        let transaction = sql.transaction()?;
        transaction.execute_batch(migration)?;
        transaction.pragma_update(None, "user_version", number)?;
        transaction.commit()?;
    }
    // Reads the first pages, so that most damage is found now.
    sql.query_row("SELECT count(*) FROM state JOIN (SELECT count(*) FROM outbox)", [], |_| Ok(()))?;
    Ok(())
}
