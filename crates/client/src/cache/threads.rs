//! The two threads that own the connections: one writes and announces, one reads.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use deskbell_protocol::Millis;
use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::{Notify, mpsc, oneshot, watch};

use super::commit::Commit;
use super::open::Opened;
use super::{CacheError, Look};
use crate::announcer::Announcer;
use crate::api::{Alert, Changes, Event};
use crate::hub_clock::HubClock;

/// How much work may wait for a thread. Whoever brings more waits as well.
const JOBS: usize = 64;

/// More messages than this in one commit are not worth telling one by one: the UI reads anew.
const TOLD_AT_ONCE: usize = 500;

type Job<S> = Box<dyn FnOnce(&mut S) + Send>;

/// The open cache. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Cache(Arc<Shared>);

struct Shared {
    writer: mpsc::Sender<Job<Writer>>,
    reader: mpsc::Sender<Job<Reader>>,
    /// Becomes true when the file turns out to be damaged.
    broken: watch::Sender<bool>,
    hub_clock: Arc<HubClock>,
    /// Notified after each commit that changed a conversation.
    changed_conversations: Arc<Notify>,
    /// Behind the senders: these are gone first, so the threads come to their end.
    _ends: [Ends; 2],
}

/// A thread that is waited for when its cache goes. It must not outlive the program's last step, in which the
/// library that encrypts is taken down under whoever still uses it.
struct Ends(Option<JoinHandle<()>>);

impl Drop for Ends {
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
    look: Arc<Mutex<Look>>,
    hub_clock: Arc<HubClock>,
    changed_conversations: Arc<Notify>,
    /// Whether the person has been told that the disk is full.
    full: AtomicBool,
    over: bool,
}

struct Reader {
    sql: Connection,
    over: bool,
}

impl Cache {
    pub(super) fn start(
        opened: Opened,
        announcer: Arc<Announcer>,
        look: Arc<Mutex<Look>>,
        hub_clock: Arc<HubClock>,
    ) -> std::io::Result<Self> {
        let Opened { writer, reader } = opened;
        let changed_conversations = Arc::new(Notify::new());
        let writer = Writer {
            sql: writer,
            announcer,
            look,
            hub_clock: Arc::clone(&hub_clock),
            changed_conversations: Arc::clone(&changed_conversations),
            full: AtomicBool::new(false),
            over: false,
        };
        let reader = Reader { sql: reader, over: false };
        let (writer, writer_ends) = run("cache-writer", writer, |writer| writer.over)?;
        let (reader, reader_ends) = run("cache-reader", reader, |reader| reader.over)?;
        let broken = watch::Sender::new(false);
        let _ends = [writer_ends, reader_ends];
        Ok(Self(Arc::new(Shared { writer, reader, broken, hub_clock, changed_conversations, _ends })))
    }

    /// The time at the hub, for what is decided from the rows.
    pub(super) fn hub_now(&self) -> Millis {
        self.0.hub_clock.now()
    }

    pub(super) fn changed_conversations(&self) -> &Notify {
        &self.0.changed_conversations
    }

    /// Completes when the file has turned out to be damaged.
    pub(crate) async fn broken(&self) {
        // The sender lives in `self`, so waiting cannot fail while this future does.
        let mut broken = self.0.broken.subscribe();
        let _broken = broken.wait_for(|broken| *broken).await;
    }

    /// Ends both threads and closes the file; whatever was begun before is finished.
    pub(crate) async fn close(&self) {
        // A thread that is gone already has closed its connection.
        let _gone = ask(&self.0.reader, |reader| reader.over = true).await;
        let _gone = ask(&self.0.writer, |writer| writer.over = true).await;
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
        self.notice(result)
    }

    /// One transaction: all of it or nothing, announced once it is committed.
    pub(super) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Commit<'_>) -> Result<T, CacheError> + Send + 'static,
    ) -> Result<T, CacheError> {
        let result = ask(&self.0.writer, |writer| writer.write(work)).await;
        self.notice(result)
    }

    /// The same, and on the disk before it returns: for what exists nowhere else.
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
        self.notice(result)
    }

    /// Lets the file grow to so many pages at most: a full disk, for tests.
    pub(crate) async fn limit_pages(&self, pages: u32) -> Result<(), CacheError> {
        ask(&self.0.writer, move |writer| {
            writer.sql.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(()))?;
            Ok(())
        })
        .await?
    }

    fn notice<T>(&self, result: Result<Result<T, CacheError>, CacheError>) -> Result<T, CacheError> {
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
        let look = *self.look.lock().unwrap_or_else(PoisonError::into_inner);
        let result = commit(&mut self.sql, look, self.hub_clock.now(), work);
        match &result {
            Ok(_) => self.full.store(false, Ordering::Relaxed),
            Err(CacheError::Full) if !self.full.swap(true, Ordering::Relaxed) => {
                self.announcer.announce(Event::Alert { alert: Alert::DiskFull });
            }
            Err(_) => {}
        }
        let (value, changes, read_anew) = result?;
        if !changes.conversations.is_empty() {
            self.changed_conversations.notify_one();
        }
        announce(&self.announcer, changes, read_anew);
        Ok(value)
    }
}

fn commit<T>(
    sql: &mut Connection,
    look: Look,
    now: Millis,
    work: impl FnOnce(&mut Commit<'_>) -> Result<T, CacheError>,
) -> Result<(T, Changes, bool), CacheError> {
    let transaction = sql.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut commit = Commit::begin(&transaction, look, now);
    let value = work(&mut commit)?;
    let changes = commit.finish()?;
    let read_anew = commit.read_anew || changes.messages.len() > TOLD_AT_ONCE;
    drop(commit);
    transaction.commit()?;
    Ok((value, changes, read_anew))
}

fn announce(announcer: &Announcer, mut changes: Changes, read_anew: bool) {
    if read_anew {
        changes.messages.clear();
        if !changes.conversations_gone.is_empty() {
            // What may no longer be read leaves the screen at once, also if reading anew takes its time.
            announcer.announce(Event::Changed { changes: Box::new(changes) });
        } else if changes != Changes::default() {
            // The host still has to ring, or to take a toast away.
            announcer.tell_listeners(Event::Changed { changes: Box::new(changes) });
        }
        announcer.announce(Event::Resync);
    } else if changes != Changes::default() {
        announcer.announce(Event::Changed { changes: Box::new(changes) });
    }
}

/// Starts the thread that owns `state`. It ends when it says so or nobody can ask it any more.
fn run<S: Send + 'static>(
    name: &str,
    state: S,
    over: impl Fn(&S) -> bool + Send + 'static,
) -> std::io::Result<(mpsc::Sender<Job<S>>, Ends)> {
    let (sender, mut jobs) = mpsc::channel::<Job<S>>(JOBS);
    let thread = std::thread::Builder::new().name(name.to_owned()).spawn(move || {
        let mut state = state;
        while let Some(job) = jobs.blocking_recv() {
            job(&mut state);
            if over(&state) {
                break;
            }
        }
        // The connection is closed before anybody hears that the thread is gone.
        drop(state);
        drop(jobs);
    })?;
    Ok((sender, Ends(Some(thread))))
}

async fn ask<S: 'static, T: Send + 'static>(
    thread: &mpsc::Sender<Job<S>>,
    work: impl FnOnce(&mut S) -> T + Send + 'static,
) -> Result<T, CacheError> {
    let (answer, answered) = oneshot::channel();
    let job: Job<S> = Box::new(move |state| {
        // Whoever asked may have gone; the work is done all the same.
        let _asker = answer.send(work(state));
    });
    thread.send(job).await.map_err(|_| CacheError::Closed)?;
    answered.await.map_err(|_| CacheError::Closed)
}
