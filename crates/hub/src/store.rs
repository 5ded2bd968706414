//! The truth: everything the hub knows, in one SQLite file.
//!
//! One concrete type whose methods are operations of the domain, each in the file of its operation. Each is
//! one transaction, takes the time, and has its effects logged; no connection leaks out. Reads run on
//! connections of their own.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use deskbell_protocol::Millis;

mod access;
mod answering;
mod arriving;
mod assigning;
mod backing_up;
mod case_notes;
mod changing;
mod claiming;
mod connecting;
mod contacts;
mod cursors;
mod delivering;
mod echoing;
mod editing;
mod error;
mod evidence;
mod examining;
mod expiring;
mod handling;
mod health;
mod joining;
mod looking_back;
mod looking_up;
mod marking;
mod moving;
mod notifying;
mod offering;
mod one_line;
mod people;
mod presence;
mod reacting;
mod readdressing;
mod readers;
mod reading;
mod receiving;
mod recognising;
mod retrying;
mod schema;
mod setting_up;
mod sign_ins;
mod starting;
mod tables;
mod taking_up;
mod values;
mod writer;
mod writing;

pub use backing_up::BackupError;
pub use error::StoreError;
pub use expiring::Keep;
pub use people::AgentStanding;
pub use setting_up::SetUp;
pub use tables::accounts::Account;
pub use writing::Rules;

pub(crate) use backing_up::{back_up, restore};
pub(crate) use claiming::Claimed;
pub(crate) use examining::examine;
pub(crate) use handling::By;
pub(crate) use looking_back::{Filter, Stretch};
pub(crate) use notifying::Notification;
pub(crate) use reading::Narrow;
pub(crate) use receiving::Read;
pub(crate) use schema::known_schema;
pub(crate) use tables::raw_deliveries::RawDelivery;
pub(crate) use writing::Committed;
#[cfg(test)]
pub(crate) use writing::{Published, Wake};

use crate::fanout::Fanout;
use readers::Readers;
use tables::{log, meta};
use writer::Writer;
use writing::Writing;

/// How much is written to see whether there is room: more than what usually arrives at once.
const TRIAL_BYTES: u32 = 128 * 1024;

/// The store of a hub. Clones share it; the last one closes it.
#[derive(Clone, Debug)]
pub struct Store {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    writer: Writer,
    readers: Arc<Readers>,
    fanout: Arc<Fanout>,
    /// Something could not be stored, and nobody has looked since whether it can be again.
    ailing: AtomicBool,
}

impl Store {
    /// Opens the store in this file, or makes it.
    ///
    /// # Errors
    ///
    /// If the file cannot be used, or is of a newer version.
    pub fn open(path: &Path, rules: Rules, set_up: SetUp, now: Millis) -> Result<Self, StoreError> {
        let conn = schema::open(path)?;
        writer::run_alone(&conn, &rules, |writing| writing.set_up(set_up, now))?;
        let fanout = Arc::new(Fanout::default());
        fanout.start_at(log::head(&conn)?);
        let readers = Arc::new(Readers::open(path)?);
        let writer = Writer::start(conn, Arc::new(rules), Arc::clone(&fanout))?;
        Ok(Self { inner: Arc::new(Inner { writer, readers, fanout, ailing: AtomicBool::new(false) }) })
    }

    pub(crate) fn fanout(&self) -> &Arc<Fanout> {
        &self.inner.fanout
    }

    async fn write<T, F>(&self, operation: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Writing<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        self.remember(self.inner.writer.write(operation).await)
    }

    /// The same for an operation that leaves nothing behind when it fails, because it is a single statement
    /// or sees to it itself.
    async fn write_whole<T, F>(&self, operation: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Writing<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        self.remember(self.inner.writer.write_whole(operation).await)
    }

    fn remember<T>(&self, done: Result<T, StoreError>) -> Result<T, StoreError> {
        if done.as_ref().is_err_and(StoreError::is_passing) {
            self.inner.ailing.store(true, Ordering::Relaxed);
        }
        done
    }

    async fn read<T, F>(&self, look: F) -> Result<T, StoreError>
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
    pub(crate) async fn feel(&self) -> Result<(), StoreError> {
        self.standing().await?;
        if self.inner.ailing.load(Ordering::Relaxed) {
            self.inner.writer.write(|writing| meta::write_and_forget(writing.conn, TRIAL_BYTES)).await?;
            self.inner.ailing.store(false, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Caps the size of the file, in pages of 4096 bytes; `None`: only the disk does. A store at its cap
    /// behaves like one on a full disk.
    ///
    /// # Errors
    ///
    /// If the store is closed.
    pub async fn cap_pages(&self, pages: Option<u32>) -> Result<(), StoreError> {
        self.write(move |writing| {
            let pages = pages.map_or(4_294_967_294, i64::from);
            writing.conn.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_row| Ok(()))?;
            Ok(())
        })
        .await
    }
}

#[cfg(test)]
mod tests;
