//! A pool of read-only connections, each used by one caller at a time on the runtime's blocking threads.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, OpenFlags};
use tokio::sync::Semaphore;

use crate::limits;
use crate::store::StoreError;

/// The pool.
#[derive(Debug)]
pub(crate) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
    permits: Arc<Semaphore>,
}

impl Readers {
    /// Opens all connections of the pool. Fails if the file cannot be opened.
    pub(crate) fn open(path: &Path) -> Result<Self, StoreError> {
        let mut idle = Vec::with_capacity(limits::READERS);
        for _ in 0..limits::READERS {
            idle.push(connect(path)?);
        }
        let permits = Arc::new(Semaphore::new(limits::READERS));
        Ok(Self { path: path.to_owned(), idle: Mutex::new(idle), permits })
    }

    /// Runs `query` in one read transaction, so that everything it reads is of the same moment. Waits for a free
    /// connection. Fails if the query fails, or with [`StoreError::Closed`] if it panics.
    pub(crate) async fn read<T, F>(self: &Arc<Self>, query: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|_closed| StoreError::Closed)?;
        let readers = Arc::clone(self);
        let task = tokio::task::spawn_blocking(move || {
            // Held until the connection is returned, even if the caller has given up.
            let _permit = permit;
            let idle = readers.idle().pop();
            // A connection that failed or was lost in a panic is replaced by a new one.
            let conn = idle.map_or_else(|| connect(&readers.path), Ok)?;
            let result = in_transaction(&conn, query);
            if conn.is_autocommit() {
                readers.idle().push(conn);
            }
            result
        });
        task.await.map_err(|_stopped| StoreError::Closed)?
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn connect(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags)?;
    conn.set_prepared_statement_cache_capacity(64);
    crate::store::schema::keep_query_plans(&conn)?;
    conn.busy_timeout(std::time::Duration::from_secs(5))?;
    Ok(conn)
}

fn in_transaction<T>(
    conn: &Connection,
    query: impl FnOnce(&Connection) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    conn.prepare_cached("BEGIN")?.execute([])?;
    let result = query(conn);
    let committed = conn.prepare_cached("COMMIT").and_then(|mut commit| commit.execute([]));
    if !conn.is_autocommit()
        && let Err(error) = conn.execute_batch("ROLLBACK")
    {
        tracing::warn!(error = %StoreError::from(error), "cannot end a read transaction; its connection is discarded");
    }
    let result = result?;
    committed?;
    Ok(result)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn a_cancelled_read_keeps_its_permit_until_it_ends() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.sqlite3");
        drop(super::super::schema::open(&path).unwrap());
        let readers = Arc::new(Readers::open(&path).unwrap());
        let (begun, beginnings) = mpsc::channel();
        let (release, released) = mpsc::channel::<()>();
        let reading = {
            let readers = Arc::clone(&readers);
            tokio::spawn(async move {
                readers
                    .read(move |_conn| {
                        begun.send(()).unwrap();
                        let _released = released.recv();
                        Ok(())
                    })
                    .await
            })
        };
        tokio::task::spawn_blocking(move || beginnings.recv().unwrap()).await.unwrap();
        reading.abort();
        assert!(reading.await.unwrap_err().is_cancelled());
        assert_eq!(readers.permits.available_permits(), limits::READERS - 1);
        release.send(()).unwrap();
        let all = u32::try_from(limits::READERS).unwrap();
        drop(readers.permits.acquire_many(all).await.unwrap());
        assert_eq!(readers.idle().len(), limits::READERS);
    }

    #[test]
    fn a_read_whose_commit_fails_leaves_no_transaction_open() {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(
            "PRAGMA foreign_keys = ON; CREATE TABLE a (id INTEGER PRIMARY KEY);
             CREATE TABLE b (a INTEGER REFERENCES a (id) DEFERRABLE INITIALLY DEFERRED);",
        )
        .unwrap();
        let failed = in_transaction(&conn, |conn| {
            conn.execute("INSERT INTO b VALUES (7)", [])?;
            Ok(())
        });
        assert!(failed.is_err());
        assert!(conn.is_autocommit());
        in_transaction(&conn, |_conn| Ok(())).unwrap();
    }

    #[tokio::test]
    async fn a_connection_lost_in_a_panic_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.sqlite3");
        drop(super::super::schema::open(&path).unwrap());
        let readers = Arc::new(Readers::open(&path).unwrap());
        for _ in 0..=limits::READERS {
            let panicked = readers.read(|_conn| -> Result<(), StoreError> { panic!("stumbled") }).await;
            assert!(matches!(panicked, Err(StoreError::Closed)));
        }
        readers.read(|_conn| Ok(())).await.unwrap();
    }
}
