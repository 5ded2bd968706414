//! One connection, from the first byte to the last.

use std::sync::Arc;
use std::time::Duration;

use deskbell_protocol::{ClientFrame, Cursor, HubFrame, LogPosition};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until};

use super::close_reason::CloseReason;
use super::handshake::Established;
use super::outbox_sender::OutboxSender;
use super::socket::Socket;
use super::state::Session;
use super::viewers::PublishedView;
use crate::api::Connection;
use crate::cache::Cache;
use crate::http_client::ApiClient;
use crate::sync;

/// How long the hub may take to answer a ping after the machine woke up.
const WAKE_PONG_TIMEOUT: Duration = Duration::from_secs(5);

/// The change of the difference between the two clocks that is announced, in milliseconds. A smaller one
/// comes from the network.
const CLOCK_TOLERANCE: i64 = 500;

/// How often the hub may say on one connection that the cursor is too old, before the connection is given up.
const MAX_SNAPSHOTS: u32 = 3;

/// A task that is aborted when this is dropped.
struct AbortOnDrop<T>(JoinHandle<T>);

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// The state of one connection.
struct LiveConnection {
    socket: Socket,
    api_client: ApiClient,
    /// The log position at which everything is up to date.
    head: LogPosition,
    /// The hub's clock minus this desktop's, in milliseconds, as announced last.
    clock_offset: i64,
    heartbeat: Duration,
    last_frame: Instant,
    last_ping: Instant,
    /// Until when a frame has to arrive after the machine woke up.
    pong_deadline: Option<Instant>,
    pings: u64,
    snapshots: u32,
    /// Whether the log has been read up to `head`.
    is_live: bool,
    wake: watch::Receiver<u64>,
    outbox: OutboxSender,
    view: PublishedView,
    /// Reads the snapshot, after the hub has said that the cursor is too old.
    snapshot: Option<AbortOnDrop<Result<Cursor, CloseReason>>>,
    backfill: Option<AbortOnDrop<()>>,
}

/// Connects, and stays connected as long as possible.
pub(super) async fn run(session: &mut Session, cache: &Cache) -> CloseReason {
    let Some(hub) = session.context.hub.clone() else {
        session.context.set_connection(Connection::Offline {
            message: Some("This desktop was started without a hub.".to_owned()),
            retry_at: None,
        });
        return without_hub(session).await;
    };
    session.context.set_connection(Connection::Connecting);
    let context = Arc::clone(&session.context);
    let mut stop = context.stop.subscribe();
    let mut caches = context.cache.subscribe();
    let closed = async {
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => CloseReason::Stopped,
            _ = caches.wait_for(Option::is_none) => CloseReason::CacheClosed,
        }
    };
    tokio::pin!(closed);
    let mut live = {
        let Session { pending, commands, handshake, .. } = &mut *session;
        let connecting = pending.while_waiting(commands, handshake.connect(&hub, cache));
        tokio::select! {
            result = connecting => match result {
                Ok(established) => {
                    context.hub_clock.set_offset(established.clock_offset);
                    let view = PublishedView::new(context.view.subscribe());
                    LiveConnection::new(established, context.wake.subscribe(), view)
                }
                Err(reason) => return reason,
            },
            reason = &mut closed => return reason,
        }
    };
    let reason = tokio::select! {
        reason = exchange(session, &mut live, cache) => reason,
        reason = &mut closed => reason,
    };
    context.set_api_client(None);
    context.clear_viewers();
    let reason = match reason {
        CloseReason::Unauthorized(error) => {
            session.handshake.forget_token().await;
            // With the password the next attempt signs in again.
            if hub.password.is_some() {
                CloseReason::Lost("The hub asks to sign in again.")
            } else {
                CloseReason::Unauthorized(error)
            }
        }
        other => other,
    };
    if live.is_live {
        session.failures = 0;
    }
    live.socket.close().await;
    reason
}

async fn without_hub(session: &mut Session) -> CloseReason {
    let (mut stop, mut caches) = (session.context.stop.subscribe(), session.context.cache.subscribe());
    session
        .while_waiting(async {
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => CloseReason::Stopped,
                _ = caches.wait_for(Option::is_none) => CloseReason::CacheClosed,
            }
        })
        .await
}

async fn exchange(session: &mut Session, live: &mut LiveConnection, cache: &Cache) -> CloseReason {
    session.pending.begin_connection();
    loop {
        if let Err(reason) = step(session, live, cache).await {
            return reason;
        }
    }
}

/// Handles the next thing that happens.
async fn step(session: &mut Session, live: &mut LiveConnection, cache: &Cache) -> Result<(), CloseReason> {
    for frame in session.pending.unsent() {
        live.socket.send(&frame).await?;
    }
    let context = Arc::clone(&session.context);
    let silent = live.last_frame + live.heartbeat * 3;
    let deadline = live.pong_deadline.unwrap_or(silent).min(silent);
    let next_ping = live.last_ping + live.heartbeat;
    tokio::select! {
        frame = live.socket.next() => {
            live.last_frame = Instant::now();
            live.pong_deadline = None;
            take_frame(session, frame?, live, cache).await
        }
        Some(request) = session.commands.recv(), if !session.pending.is_full() => {
            session.pending.add(request);
            Ok(())
        }
        () = session.pending.timed_out() => {
            session.pending.give_up_timed_out();
            Ok(())
        }
        () = context.outbox.notified(), if live.is_live => send_outbox(session, live, cache).await,
        () = live.outbox.resumed(), if live.is_live => send_outbox(session, live, cache).await,
        () = live.view.changed(), if live.is_live => live.socket.send(&live.view.frame()).await,
        result = finished(&mut live.snapshot) => {
            live.snapshot = None;
            live.socket.send(&ClientFrame::Resume { cursor: result? }).await
        }
        () = sleep_until(next_ping) => live.ping().await,
        _ = live.wake.changed() => {
            live.pong_deadline = Some(Instant::now() + WAKE_PONG_TIMEOUT);
            live.ping().await
        }
        () = sleep_until(deadline) => Err(CloseReason::Lost("The hub has fallen silent.")),
    }
}

async fn take_frame(
    session: &mut Session,
    frame: HubFrame,
    live: &mut LiveConnection,
    cache: &Cache,
) -> Result<(), CloseReason> {
    match frame {
        // Until the snapshot is complete there are no rows that the entries could be applied to.
        HubFrame::Entries { .. } if live.snapshot.is_some() => Ok(()),
        HubFrame::Entries { entries, upto } => {
            let applied = cache.apply(entries, upto).await?;
            if applied.backfill {
                session.context.backfill.notify_one();
            }
            if upto >= live.head && !live.is_live {
                become_live(session, live, cache);
                send_outbox(session, live, cache).await?;
            } else if live.is_live && applied.window_waiters {
                send_outbox(session, live, cache).await?;
            }
            Ok(())
        }
        HubFrame::CursorTooOld {} => {
            live.snapshots = live.snapshots.saturating_add(1);
            if live.snapshots > MAX_SNAPSHOTS {
                return Err(CloseReason::Lost("The hub changes faster than it can be read."));
            }
            let (cache, client) = (cache.clone(), live.api_client.clone());
            live.backfill = None;
            live.snapshot = Some(AbortOnDrop(tokio::spawn(async move {
                sync::read_snapshot(&cache, &client).await.map_err(CloseReason::from)
            })));
            Ok(())
        }
        HubFrame::Reply { id, error } => {
            if !session.pending.reply(id, error.as_ref()) && live.outbox.take_reply(id, error, cache).await? {
                send_outbox(session, live, cache).await?;
            }
            Ok(())
        }
        HubFrame::Refused { error } => Err(error.into()),
        HubFrame::Pong { now, .. } => {
            let offset = now.since(session.context.now());
            if offset.saturating_sub(live.clock_offset).saturating_abs() > CLOCK_TOLERANCE {
                live.clock_offset = offset;
                session.context.hub_clock.set_offset(offset);
                if live.is_live {
                    session.context.set_connection(Connection::Live { clock_offset: offset });
                }
            }
            Ok(())
        }
        HubFrame::Lookers { conversation, agents } => {
            session.context.set_viewers(conversation, agents);
            Ok(())
        }
        HubFrame::Welcome { .. } | HubFrame::Unknown => Ok(()),
    }
}

async fn send_outbox(session: &Session, live: &mut LiveConnection, cache: &Cache) -> Result<(), CloseReason> {
    live.outbox.send(&mut live.socket, cache, session.context.hub_clock.now()).await
}

/// The log has been read up to the head.
fn become_live(session: &mut Session, live: &mut LiveConnection, cache: &Cache) {
    let context = &session.context;
    live.is_live = true;
    // Before the connection is announced as live: a request that follows the event finds the client.
    context.set_api_client(Some(live.api_client.clone()));
    session.failures = 0;
    let backfill = sync::backfill(Arc::clone(context), cache.clone(), live.api_client.clone());
    live.backfill = Some(AbortOnDrop(tokio::spawn(backfill)));
    context.set_connection(Connection::Live { clock_offset: live.clock_offset });
}

impl LiveConnection {
    fn new(established: Established, mut wake: watch::Receiver<u64>, view: PublishedView) -> Self {
        let Established { socket, api_client, head, clock_offset, heartbeat } = established;
        wake.borrow_and_update();
        let now = Instant::now();
        Self {
            socket,
            api_client,
            head,
            clock_offset,
            heartbeat,
            last_frame: now,
            last_ping: now,
            pong_deadline: None,
            pings: 0,
            snapshots: 0,
            is_live: false,
            wake,
            outbox: OutboxSender::default(),
            view,
            snapshot: None,
            backfill: None,
        }
    }

    async fn ping(&mut self) -> Result<(), CloseReason> {
        self.last_ping = Instant::now();
        self.pings = self.pings.wrapping_add(1);
        self.socket.send(&ClientFrame::Ping { n: self.pings }).await
    }
}

async fn finished(
    snapshot: &mut Option<AbortOnDrop<Result<Cursor, CloseReason>>>,
) -> Result<Cursor, CloseReason> {
    match snapshot {
        Some(AbortOnDrop(task)) => {
            task.await.unwrap_or(Err(CloseReason::Lost("Reading the hub's snapshot failed.")))
        }
        None => std::future::pending().await,
    }
}
