//! The truth: everything the hub knows, in one SQLite file.
//!
//! One concrete type whose methods are operations of the domain, each in the file of its operation. Each is
//! one transaction, takes the time, and has its effects logged; no connection leaks out. Reads run on
//! connections of their own.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

pub(crate) mod access;
mod backup;
mod error;
mod inspect;
mod readers;
mod schema;
pub(crate) mod sender_lookup;
pub(crate) mod tables;
mod transaction;
mod values;
mod writer;

pub use backup::BackupError;
pub use error::{EngineError, StoreError};
pub use tables::accounts::Account;
pub use transaction::Rules;

/// One connection to the database, as tables use it. Nothing outside the store names the database's own type.
pub(crate) use backup::{back_up, restore};
pub(crate) use inspect::inspect;
pub(crate) use rusqlite::Connection as Conn;
pub(crate) use schema::known_schema;
pub(crate) use transaction::Tx;

use readers::Readers;
use tables::{log, meta};
use writer::Writer;

use crate::live::fanout::Fanout;

/// How much is written to see whether there is room: more than what usually arrives at once.
const TRIAL_BYTES: u32 = 128 * 1024;

/// The store of a hub. Clones share it; the last one closes it.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    writer: Writer,
    readers: Arc<Readers>,
    fanout: Arc<Fanout>,
    /// Something could not be stored, and nobody has looked since whether it can be again.
    degraded: AtomicBool,
}

impl Store {
    /// Opens the store in this file, or makes it. `prepare` is its first transaction.
    ///
    /// # Errors
    ///
    /// If the file cannot be used or is of a newer version, or if `prepare` fails.
    pub(crate) fn open(
        path: &Path,
        rules: Rules,
        prepare: impl FnOnce(&mut Tx<'_>) -> Result<(), StoreError>,
    ) -> Result<Self, StoreError> {
        let conn = schema::open(path)?;
        writer::run_immediate(&conn, &rules, prepare)?;
        let fanout = Arc::new(Fanout::default());
        fanout.set_head(log::head(&conn)?);
        let readers = Arc::new(Readers::open(path)?);
        let writer = Writer::start(conn, Arc::new(rules), Arc::clone(&fanout))?;
        Ok(Self { inner: Arc::new(Inner { writer, readers, fanout, degraded: AtomicBool::new(false) }) })
    }

    pub(crate) fn fanout(&self) -> &Arc<Fanout> {
        &self.inner.fanout
    }

    pub(crate) async fn write<T, F>(&self, operation: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        self.remember(self.inner.writer.write(operation).await)
    }

    /// The same for an operation that leaves nothing behind when it fails, because it is a single statement
    /// or sees to it itself.
    pub(crate) async fn write_atomic<T, F>(&self, operation: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        self.remember(self.inner.writer.write_atomic(operation).await)
    }

    fn remember<T>(&self, done: Result<T, StoreError>) -> Result<T, StoreError> {
        if done.as_ref().is_err_and(StoreError::is_transient) {
            self.inner.degraded.store(true, Ordering::Relaxed);
        }
        done
    }

    pub(crate) async fn read<T, F>(&self, look: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&rusqlite::Connection) -> Result<T, StoreError> + Send + 'static,
    {
        self.inner.readers.read(look).await
    }

    /// Whether the store can be read and written. A healthy one is only read; one that could not take
    /// something is written to, so that it is found well again though nobody else writes.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or cannot be written now.
    pub(crate) async fn check_writable(&self) -> Result<(), StoreError> {
        self.read(|conn| log::head(conn).map(|_head| ())).await?;
        if self.inner.degraded.load(Ordering::Relaxed) {
            self.inner.writer.write(|tx| meta::probe_write(tx.conn, TRIAL_BYTES)).await?;
            self.inner.degraded.store(false, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Caps the size of the file, in pages of 4096 bytes; `None`: only the disk does. A store at its cap
    /// behaves like one on a full disk.
    ///
    /// # Errors
    ///
    /// If the store is closed.
    pub(crate) async fn cap_pages(&self, pages: Option<u32>) -> Result<(), StoreError> {
        self.write(move |tx| {
            let pages = pages.map_or(4_294_967_294, i64::from);
            tx.conn.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_row| Ok(()))?;
            Ok(())
        })
        .await
    }
}

#[cfg(test)]
mod tests;
