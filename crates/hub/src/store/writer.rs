//! One thread owns the connection that writes. It takes whatever operations wait, runs them in one
//! transaction, commits once, and only then answers and publishes: one flush to disk serves many
//! operations, and nobody hears of what is not stored. An operation that fails does not cost its neighbours:
//! each has a savepoint, unless it leaves nothing behind anyway.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;

use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::limits;
use crate::live::fanout::Fanout;
use crate::store::tables::log;
use crate::store::{Rules, StoreError, Tx};

/// What happens to an operation once its transaction ended: `Ok` after the commit.
type Answer = Box<dyn FnOnce(Result<(), StoreError>) + Send>;

/// An operation: runs inside the transaction and leaves its answer for afterwards.
type Operation = Box<dyn FnOnce(&mut Tx<'_>) -> Answer + Send>;

/// The door to the writer.
#[derive(Debug)]
pub(crate) struct Writer {
    operations: Option<SyncSender<Operation>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread.
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

    /// Runs one operation and waits for its commit.
    pub(crate) async fn write<T, F>(&self, operation: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        self.write_whole(|tx| tx.attempt(operation)).await
    }

    /// The same for an operation that leaves nothing behind when it fails, because it is a single statement
    /// or sees to it itself: it gets no savepoint.
    pub(crate) async fn write_whole<T, F>(&self, operation: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let boxed = boxed(operation, move |result| {
            // Nobody waits any more when the caller gave up; the operation stands all the same.
            let _gone = answer.send(result);
        });
        self.hand_over(boxed).await?;
        answered.await.map_err(|_closed| StoreError::Closed)?
    }

    async fn hand_over(&self, operation: Operation) -> Result<(), StoreError> {
        use std::sync::mpsc::TrySendError;
        let Some(door) = &self.operations else { return Err(StoreError::Closed) };
        let mut operation = operation;
        loop {
            match door.try_send(operation) {
                Ok(()) => return Ok(()),
                Err(TrySendError::Disconnected(_)) => return Err(StoreError::Closed),
                Err(TrySendError::Full(back)) => {
                    // The queue holds thousands; it empties with the next commit, milliseconds away.
                    operation = back;
                    tokio::time::sleep(std::time::Duration::from_millis(2)).await;
                }
            }
        }
    }
}

impl Drop for Writer {
    /// Waits until what was handed over is on disk.
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

/// Runs one operation at once, in a transaction of its own; for opening a store, before the thread runs.
pub(crate) fn run_alone<T>(
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
        let first = match operations.recv_timeout(limits::LOOK_FOR_OTHERS) {
            Ok(first) => first,
            Err(RecvTimeoutError::Timeout) => {
                notice_others(conn, fanout, &mut seen);
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
        notice_others(conn, fanout, &mut seen);
        run_group(conn, rules, fanout, group);
    }
    // Leaves one file behind instead of three.
    if let Err(error) = conn.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)") {
        tracing::warn!(%error, "the store was closed without a checkpoint");
    }
}

/// An administrator's command is another process that writes the same store: what it logged is announced
/// here, within [`limits::LOOK_FOR_OTHERS`]. `seen` is what SQLite counted of others' commits the last time.
fn notice_others(conn: &Connection, fanout: &Fanout, seen: &mut Option<i64>) {
    let count =
        conn.prepare_cached("PRAGMA data_version").and_then(|mut ask| ask.query_row([], |row| row.get(0)));
    match count {
        // They may have ended somebody's sign-in, which is not in the log.
        Ok(count) => {
            if seen.replace(count).is_some_and(|before| before != count) {
                fanout.look_again();
            }
        }
        Err(error) => tracing::warn!(%error, "the store could not be looked at"),
    }
    match log::head(conn) {
        Ok(head) => fanout.others_wrote(head),
        Err(error) => tracing::warn!(%error, "the log could not be looked at"),
    }
}

fn run_group(conn: &Connection, rules: &Rules, fanout: &Fanout, group: Vec<Operation>) {
    let mut answers: Vec<Answer> = Vec::with_capacity(group.len());
    let outcome = (|| {
        conn.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        let mut tx = Tx::begin(conn, rules)?;
        let before = tx.head();
        for operation in group {
            answers.push(operation(&mut tx));
            tx.still_stands()?;
        }
        let published = tx.finish();
        conn.prepare_cached("COMMIT")?.execute([])?;
        Ok::<_, StoreError>((before, published))
    })();
    match outcome {
        Ok((before, published)) => {
            fanout.others_wrote(before);
            fanout.publish(published);
            for answer in answers {
                answer(Ok(()));
            }
        }
        Err(error) => {
            tracing::error!(%error, "a group of operations was not stored");
            if !conn.is_autocommit()
                && let Err(error) = conn.execute_batch("ROLLBACK")
            {
                tracing::error!(%error, "the transaction could not be rolled back");
            }
            // Operations that never ran are dropped with their answers, which reads as `Closed` to
            // their callers: passing, like this one.
            for answer in answers {
                answer(Err(StoreError::rolled_back()));
            }
        }
    }
}
