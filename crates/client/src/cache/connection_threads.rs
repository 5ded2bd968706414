//! The two threads that own the connections to the file: one writes and announces, one reads.

use std::sync::Arc;
use std::thread::JoinHandle;

use deskbell_protocol::Millis;
use rusqlite::Connection;
use tokio::sync::{Notify, mpsc, oneshot, watch};

use super::CacheError;
use super::commit::Commit;
use super::open::Connections;
use super::transaction::{self, Committed};
use crate::announcer::Announcer;
use crate::api::{Alert, Changes, Event};
use crate::hub_clock::HubClock;
use crate::view::View;

/// How many jobs may wait for a thread. A caller with one more waits itself.
const JOB_QUEUE: usize = 64;

type Job<S> = Box<dyn FnOnce(&mut S) + Send>;

/// The open cache. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Cache(Arc<Shared>);

struct Shared {
    writer: mpsc::Sender<Job<Writer>>,
    reader: mpsc::Sender<Job<Reader>>,
    /// Becomes true when the file is found to be damaged.
    broken: watch::Sender<bool>,
    hub_clock: Arc<HubClock>,
    /// Notified after each commit that changed a conversation.
    changed_conversations: Arc<Notify>,
    /// Declared after the senders: those are dropped first, which ends the threads.
    _threads: [JoinOnDrop; 2],
}

/// A thread that is joined when the cache is dropped. No thread may use SQLCipher while the process exits,
/// because its exit handlers tear the library down.
struct JoinOnDrop(Option<JoinHandle<()>>);

impl Drop for JoinOnDrop {
    fn drop(&mut self) {
        if let Some(thread) = self.0.take()
            && thread.thread().id() != std::thread::current().id()
            && thread.join().is_err()
        {
            tracing::error!("a thread of the cache ended with a panic");
        }
    }
}

struct Writer {
    sql: Connection,
    announcer: Arc<Announcer>,
    view: Arc<watch::Sender<View>>,
    hub_clock: Arc<HubClock>,
    changed_conversations: Arc<Notify>,
    /// Whether an alert has told that the disk is full.
    full_told: bool,
    closed: bool,
}

struct Reader {
    sql: Connection,
    closed: bool,
}

impl Cache {
    pub(super) fn start(
        connections: Connections,
        announcer: Arc<Announcer>,
        view: Arc<watch::Sender<View>>,
        hub_clock: Arc<HubClock>,
    ) -> std::io::Result<Self> {
        let Connections { writer, reader } = connections;
        let changed_conversations = Arc::new(Notify::new());
        let writer = Writer {
            sql: writer,
            announcer,
            view,
            hub_clock: Arc::clone(&hub_clock),
            changed_conversations: Arc::clone(&changed_conversations),
            full_told: false,
            closed: false,
        };
        let reader = Reader { sql: reader, closed: false };
        let (writer, writer_thread) = run("cache-writer", writer, |writer| writer.closed)?;
        let (reader, reader_thread) = run("cache-reader", reader, |reader| reader.closed)?;
        let broken = watch::Sender::new(false);
        let _threads = [writer_thread, reader_thread];
        Ok(Self(Arc::new(Shared { writer, reader, broken, hub_clock, changed_conversations, _threads })))
    }

    /// The time at the hub, for what is decided from the rows.
    pub(super) fn hub_now(&self) -> Millis {
        self.0.hub_clock.now()
    }

    pub(super) fn changed_conversations(&self) -> &Notify {
        &self.0.changed_conversations
    }

    /// Completes when the file is found to be damaged.
    pub(crate) async fn broken(&self) {
        // The sender is in `self`, so waiting cannot fail.
        let mut broken = self.0.broken.subscribe();
        let _broken = broken.wait_for(|broken| *broken).await;
    }

    /// Ends both threads and closes the file. Jobs that were queued before are finished.
    pub(crate) async fn close(&self) {
        // An error means that the thread has ended and closed its connection.
        let _ended = ask(&self.0.reader, |reader| reader.closed = true).await;
        let _ended = ask(&self.0.writer, |writer| writer.closed = true).await;
        self.0.writer.closed().await;
        self.0.reader.closed().await;
    }

    pub(super) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, CacheError> + Send + 'static,
    ) -> Result<T, CacheError> {
        let result = ask(&self.0.reader, |reader| {
            let transaction = reader.sql.transaction()?;
            let result = work(&transaction)?;
            transaction.commit()?;
            Ok(result)
        })
        .await;
        self.check(result)
    }

    /// One transaction: all of it or nothing, announced once it is committed.
    pub(super) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Commit<'_>) -> Result<T, CacheError> + Send + 'static,
    ) -> Result<T, CacheError> {
        let result = ask(&self.0.writer, |writer| writer.write(work)).await;
        self.check(result)
    }

    /// One transaction that is synced to the disk before this returns. For what exists nowhere else.
    pub(super) async fn write_durably<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Commit<'_>) -> Result<T, CacheError> + Send + 'static,
    ) -> Result<T, CacheError> {
        let result = ask(&self.0.writer, |writer| {
            writer.sql.pragma_update(None, "synchronous", "FULL")?;
            let result = writer.write(work);
            writer.sql.pragma_update(None, "synchronous", "NORMAL")?;
            result
        })
        .await;
        self.check(result)
    }

    /// Limits the size of the file in pages: a full disk, for tests.
    pub(crate) async fn limit_pages(&self, pages: u32) -> Result<(), CacheError> {
        ask(&self.0.writer, move |writer| {
            writer.sql.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(()))?;
            Ok(())
        })
        .await?
    }

    /// Passes a result on, and notes what its error says about the file.
    fn check<T>(&self, result: Result<Result<T, CacheError>, CacheError>) -> Result<T, CacheError> {
        let result = result.and_then(|result| result);
        match &result {
            Err(CacheError::Unreadable) => {
                self.0.broken.send_replace(true);
            }
            Err(CacheError::Failed(error)) => tracing::error!(%error, "the cache failed"),
            _ => {}
        }
        result
    }
}

impl Writer {
    fn write<T>(
        &mut self,
        work: impl FnOnce(&mut Commit<'_>) -> Result<T, CacheError>,
    ) -> Result<T, CacheError> {
        let view = *self.view.borrow();
        let result = transaction::run(&mut self.sql, view, self.hub_clock.now(), work);
        match &result {
            Ok(_) => self.full_told = false,
            Err(CacheError::Full) if !std::mem::replace(&mut self.full_told, true) => {
                self.announcer.announce(Event::Alert { alert: Alert::DiskFull });
            }
            Err(_) => {}
        }
        let Committed { value, changes, resync } = result?;
        if !changes.conversations.is_empty() {
            self.changed_conversations.notify_one();
        }
        announce(&self.announcer, changes, resync);
        Ok(value)
    }
}

fn announce(announcer: &Announcer, mut changes: Changes, resync: bool) {
    if resync {
        changes.messages.clear();
        if !changes.conversations_gone.is_empty() {
            // What may no longer be read is removed from the screen at once, before the new snapshot is read.
            announcer.announce(Event::Changed { changes: Box::new(changes) });
        } else if changes != Changes::default() {
            // The host has no snapshot: it shows and closes toasts by the changes.
            announcer.announce_to_host(Event::Changed { changes: Box::new(changes) });
        }
        announcer.announce(Event::Resync);
    } else if changes != Changes::default() {
        announcer.announce(Event::Changed { changes: Box::new(changes) });
    }
}

/// Starts the thread that owns `state`. It ends when `closed` says so, or when the last sender is dropped.
fn run<S: Send + 'static>(
    name: &str,
    state: S,
    closed: impl Fn(&S) -> bool + Send + 'static,
) -> std::io::Result<(mpsc::Sender<Job<S>>, JoinOnDrop)> {
    let (sender, mut jobs) = mpsc::channel::<Job<S>>(JOB_QUEUE);
    let thread = std::thread::Builder::new().name(name.to_owned()).spawn(move || {
        let mut state = state;
        while let Some(job) = jobs.blocking_recv() {
            job(&mut state);
            if closed(&state) {
                break;
            }
        }
        // The connection is closed before the channel, whose end tells that the thread has ended.
        drop(state);
        drop(jobs);
    })?;
    Ok((sender, JoinOnDrop(Some(thread))))
}

async fn ask<S: 'static, T: Send + 'static>(
    thread: &mpsc::Sender<Job<S>>,
    work: impl FnOnce(&mut S) -> T + Send + 'static,
) -> Result<T, CacheError> {
    let (answer, answered) = oneshot::channel();
    let job: Job<S> = Box::new(move |state| {
        // The caller may have been dropped; the work is done all the same.
        let _caller = answer.send(work(state));
    });
    thread.send(job).await.map_err(|_| CacheError::Closed)?;
    answered.await.map_err(|_| CacheError::Closed)
}
