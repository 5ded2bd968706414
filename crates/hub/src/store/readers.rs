//! A few connections that only read, each used by one caller at a time, off the runtime's threads.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use rusqlite::{Connection, OpenFlags};
use tokio::sync::Semaphore;

use super::error::StoreError;
use crate::limits;

#[derive(Debug)]
pub(super) struct Readers {
    idle: Mutex<Vec<Connection>>,
    permits: Semaphore,
}

impl Readers {
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        let mut idle = Vec::with_capacity(limits::READERS);
        for _ in 0..limits::READERS {
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let conn = Connection::open_with_flags(path, flags)?;
            conn.set_prepared_statement_cache_capacity(64);
            conn.busy_timeout(std::time::Duration::from_secs(5))?;
            idle.push(conn);
        }
        Ok(Self { idle: Mutex::new(idle), permits: Semaphore::new(limits::READERS) })
    }

    /// Runs `look` in one read transaction: everything it sees is of the same moment.
    pub(super) async fn read<T, F>(self: &std::sync::Arc<Self>, look: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let _permit = self.permits.acquire().await.map_err(|_closed| StoreError::Closed)?;
        let readers = std::sync::Arc::clone(self);
        let looked = tokio::task::spawn_blocking(move || {
            let conn = readers.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let conn = conn.ok_or(StoreError::Closed)?;
            let looked = in_transaction(&conn, look);
            readers.idle.lock().unwrap_or_else(PoisonError::into_inner).push(conn);
            looked
        });
        looked.await.map_err(|_stopped| StoreError::Closed)?
    }
}

fn in_transaction<T>(
    conn: &Connection,
    look: impl FnOnce(&Connection) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    conn.prepare_cached("BEGIN")?.execute([])?;
    let looked = look(conn);
    conn.prepare_cached("COMMIT")?.execute([])?;
    looked
}
