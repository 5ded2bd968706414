//! The store: everything that the hub keeps, in one SQLite file.
//!
//! [`Store::write`] and [`Store::read`] are its entries. A write is a function of the domain over a [`Tx`]: one
//! operation, undone as a whole if it fails, whose changes are logged and announced after the commit. Writes run on one
//! thread, which commits them in groups; reads run on connections of their own. No connection leaves the store.

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

pub(crate) use backup::{back_up, restore};
pub(crate) use inspect::inspect;
/// A connection to the database. Outside the store it has this name, so that no other part depends on the database.
pub(crate) use rusqlite::Connection as Conn;
pub(crate) use schema::known_schema;
pub(crate) use transaction::Tx;

use readers::Readers;
use tables::{log, meta};
use writer::Writer;

use crate::live::fanout::Fanout;

/// How much is written to test whether there is room, in bytes: more than usually arrives at once.
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
    /// Whether a write failed and no trial write has succeeded since.
    degraded: AtomicBool,
}

impl Store {
    /// Opens the store in this file, or creates it. `prepare` is its first transaction.
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

    /// The announcements of commits.
    pub(crate) fn fanout(&self) -> &Arc<Fanout> {
        &self.inner.fanout
    }

    /// Runs a write operation. If it fails, what it wrote is undone.
    ///
    /// # Errors
    ///
    /// With the operation's own error, or if the store is closed or cannot be written.
    pub(crate) async fn write<T, F>(&self, operation: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        self.note_failure(self.inner.writer.write(operation).await)
    }

    /// Runs a write operation without a savepoint. The operation must leave nothing behind when it fails: it is a
    /// single statement, or undoes its work.
    ///
    /// # Errors
    ///
    /// With the operation's own error, or if the store is closed or cannot be written.
    pub(crate) async fn write_atomic<T, F>(&self, operation: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        self.note_failure(self.inner.writer.write_atomic(operation).await)
    }

    /// Notes whether the store could not be written.
    fn note_failure<T>(&self, done: Result<T, StoreError>) -> Result<T, StoreError> {
        if done.as_ref().is_err_and(StoreError::is_transient) {
            self.inner.degraded.store(true, Ordering::Relaxed);
        }
        done
    }

    /// Runs a read on a connection of its own, which sees everything that was committed before the call.
    ///
    /// # Errors
    ///
    /// With the operation's own error, or if the store is closed or cannot be read.
    pub(crate) async fn read<T, F>(&self, operation: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&rusqlite::Connection) -> Result<T, StoreError> + Send + 'static,
    {
        self.inner.readers.read(operation).await
    }

    /// Checks whether the store can be read and written. A healthy store is only read. After a failed write a trial
    /// write is made, so that the store counts as healthy again even if there are no other writes.
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

    /// Limits the size of the file, in pages of 4096 bytes; `None` removes the limit. A store at its limit behaves like
    /// one on a full disk.
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
