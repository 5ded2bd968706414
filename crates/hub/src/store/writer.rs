//! Group commit: one thread owns the writing connection. It takes all waiting operations, runs them in one
//! transaction, commits once, and then completes the operations and publishes their log entries. So one flush to
//! disk serves many operations, and nothing is published that is not stored. Each operation runs in a savepoint,
//! so that one that fails does not affect the others, unless it is atomic without one.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;

use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::limits;
use crate::live::fanout::Fanout;
use crate::store::tables::log;
use crate::store::{Rules, StoreError, Tx};

/// Completes an operation after its transaction ended: called with `Ok` after the commit.
type Completion = Box<dyn FnOnce(Result<(), StoreError>) + Send>;

/// An operation: runs inside the transaction and returns its completion.
type Operation = Box<dyn FnOnce(&mut Tx<'_>) -> Completion + Send>;

/// A handle of the writer thread. Dropping it waits until all queued operations are committed.
#[derive(Debug)]
pub(crate) struct Writer {
    operations: Option<SyncSender<Operation>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread. Fails if the system cannot create one.
    pub(crate) fn start(
        conn: Connection,
        rules: Arc<Rules>,
        fanout: Arc<Fanout>,
    ) -> Result<Self, StoreError> {
        let (sender, receiver) = sync_channel::<Operation>(limits::WRITER_QUEUE);
        let thread = std::thread::Builder::new()
            .name("hub-writer".to_owned())
            .spawn(move || run(&conn, &rules, &fanout, &receiver))
            .map_err(StoreError::Folder)?;
        Ok(Self { operations: Some(sender), thread: Some(thread) })
    }

    /// Runs an operation in a savepoint and waits for the commit. A failed operation is undone.
    pub(crate) async fn write<T, F>(&self, operation: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        self.write_atomic(|tx| tx.attempt(operation)).await
    }

    /// Runs an operation without a savepoint and waits for the commit. The operation must leave nothing behind when it
    /// fails: it is a single statement or has savepoints of its own.
    pub(crate) async fn write_atomic<T, F>(&self, operation: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let boxed = boxed(operation, move |result| {
            // A caller that gave up waiting does not undo the operation.
            let _gone = answer.send(result);
        });
        self.enqueue(boxed).await?;
        answered.await.map_err(|_closed| StoreError::Closed)?
    }

    async fn enqueue(&self, operation: Operation) -> Result<(), StoreError> {
        use std::sync::mpsc::TrySendError;
        let Some(queue) = &self.operations else { return Err(StoreError::Closed) };
        let mut operation = operation;
        loop {
            match queue.try_send(operation) {
                Ok(()) => return Ok(()),
                Err(TrySendError::Disconnected(_)) => return Err(StoreError::Closed),
                Err(TrySendError::Full(back)) => {
                    // The queue holds thousands of operations and empties with the next commit, within milliseconds.
                    operation = back;
                    tokio::time::sleep(std::time::Duration::from_millis(2)).await;
                }
            }
        }
    }
}

impl Drop for Writer {
    /// Waits until all queued operations are committed.
    fn drop(&mut self) {
        drop(self.operations.take());
        if let Some(thread) = self.thread.take()
            && thread.thread().id() != std::thread::current().id()
        {
            let _panicked = thread.join();
        }
    }
}

fn boxed<T, F, A>(operation: F, answer: A) -> Operation
where
    T: Send + 'static,
    F: FnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    A: FnOnce(Result<T, StoreError>) + Send + 'static,
{
    Box::new(move |tx| {
        let result = operation(tx);
        Box::new(move |committed| answer(committed.and(result)))
    })
}

/// Runs one operation on this thread in a transaction of its own, without publishing; for opening a store, before the
/// writer thread runs.
pub(crate) fn run_immediate<T>(
    conn: &Connection,
    rules: &Rules,
    operation: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    conn.execute_batch("BEGIN IMMEDIATE")?;
    let done = Tx::begin(conn, rules).and_then(|mut tx| operation(&mut tx));
    let done = done.and_then(|value| Ok(conn.execute_batch("COMMIT").map(|()| value)?));
    if done.is_err() && !conn.is_autocommit() {
        conn.execute_batch("ROLLBACK")?;
    }
    done
}

fn run(conn: &Connection, rules: &Rules, fanout: &Fanout, operations: &Receiver<Operation>) {
    let mut seen = None;
    loop {
        let first = match operations.recv_timeout(limits::EXTERNAL_COMMIT_POLL) {
            Ok(first) => first,
            Err(RecvTimeoutError::Timeout) => {
                poll_external_commits(conn, fanout, &mut seen);
                continue;
            }
            Err(RecvTimeoutError::Disconnected) => break,
        };
        let mut group = vec![first];
        while group.len() < limits::GROUP_OPERATIONS
            && let Ok(next) = operations.try_recv()
        {
            group.push(next);
        }
        poll_external_commits(conn, fanout, &mut seen);
        run_group(conn, rules, fanout, group);
    }
    // Leaves one file behind instead of three.
    if let Err(error) = conn.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)") {
        tracing::warn!(%error, "store closed without a checkpoint");
    }
}

/// Publishes what another process wrote, such as an administrator's command, within
/// [`limits::EXTERNAL_COMMIT_POLL`]. `seen` is SQLite's count of commits of other connections at the last poll.
fn poll_external_commits(conn: &Connection, fanout: &Fanout, seen: &mut Option<i64>) {
    let count =
        conn.prepare_cached("PRAGMA data_version").and_then(|mut ask| ask.query_row([], |row| row.get(0)));
    match count {
        // The other process may have revoked a token, which is not in the log.
        Ok(count) => {
            if seen.replace(count).is_some_and(|before| before != count) {
                fanout.resync_all();
            }
        }
        Err(error) => tracing::warn!(%error, "cannot poll the store for commits of other processes"),
    }
    match log::head(conn) {
        Ok(head) => fanout.advance_head(head),
        Err(error) => tracing::warn!(%error, "cannot read the head of the log"),
    }
}

fn run_group(conn: &Connection, rules: &Rules, fanout: &Fanout, group: Vec<Operation>) {
    let mut completions: Vec<Completion> = Vec::with_capacity(group.len());
    let outcome = (|| {
        conn.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        let mut tx = Tx::begin(conn, rules)?;
        let before = tx.head();
        for operation in group {
            completions.push(operation(&mut tx));
            tx.check_open()?;
        }
        let published = tx.finish();
        conn.prepare_cached("COMMIT")?.execute([])?;
        Ok::<_, StoreError>((before, published))
    })();
    match outcome {
        Ok((before, published)) => {
            fanout.advance_head(before);
            fanout.publish(published);
            for complete in completions {
                complete(Ok(()));
            }
        }
        Err(error) => {
            tracing::error!(%error, "a group of operations was rolled back");
            if !conn.is_autocommit()
                && let Err(error) = conn.execute_batch("ROLLBACK")
            {
                tracing::error!(%error, "cannot roll back the transaction");
            }
            // Operations that never ran are dropped with their completions, which callers see as `Closed`: a
            // transient error like this one.
            for complete in completions {
                complete(Err(StoreError::rolled_back()));
            }
        }
    }
}
