//! One connection, from the first byte to the last.

use std::sync::Arc;
use std::time::Duration;

use deskbell_protocol::{ClientFrame, Cursor, ErrorCode, HubFrame, LogPosition};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until};

use super::entrance::Entered;
use super::link::Link;
use super::looking::Told;
use super::outgoing::Outgoing;
use super::{End, Session};
use crate::api::Connection;
use crate::cache::Cache;
use crate::sync;
use crate::transfer::Transfer;

/// How long it may take to answer a ping after the machine woke up.
const PROOF: Duration = Duration::from_secs(5);

/// By how much the two clocks may come apart before everybody is told, in milliseconds.
const DRIFT: i64 = 500;

/// How often one connection may be told that its cursor is too old, before it is given up.
const ROUNDS: u32 = 3;

/// Work beside the connection, which ends with it.
struct Beside<T>(JoinHandle<T>);

impl<T> Drop for Beside<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// The state of one connection.
struct Live {
    link: Link,
    transfer: Transfer,
    head: LogPosition,
    clock_offset: i64,
    heartbeat: Duration,
    heard: Instant,
    pinged: Instant,
    /// Until when the other end has to prove that it is there.
    proof_by: Option<Instant>,
    pings: u64,
    rounds: u32,
    is_live: bool,
    wake: watch::Receiver<u64>,
    outgoing: Outgoing,
    looking: Told,
    reading: Option<Beside<Result<Cursor, End>>>,
    page_in: Option<Beside<()>>,
}

impl Session {
    /// Connects and stays connected as long as it lasts.
    pub(super) async fn connection(&mut self, cache: &Cache) -> End {
        let Some(hub) = self.parts.hub.clone() else {
            self.parts.set_connection(Connection::Offline {
                message: Some("This desktop was started without a hub.".to_owned()),
                retry_at: None,
            });
            return self.without_hub().await;
        };
        self.parts.set_connection(Connection::Connecting);
        let parts = Arc::clone(&self.parts);
        let mut stop = parts.stop.subscribe();
        let mut caches = parts.cache.subscribe();
        let gone = async {
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => End::Stopped,
                _ = caches.wait_for(Option::is_none) => End::CacheGone,
            }
        };
        tokio::pin!(gone);
        let mut live = {
            let beginning = self.pending.during(&mut self.asked, self.entrance.begin(&hub, cache));
            tokio::select! {
                begun = beginning => match begun {
                    Ok(entered) => {
                        parts.hub_clock.set_offset(entered.clock_offset);
                        Live::new(entered, parts.wake.subscribe(), Told::nothing(parts.looking.subscribe()))
                    }
                    Err(end) => return end,
                },
                end = &mut gone => return end,
            }
        };
        let end = tokio::select! {
            end = self.stay(&mut live, cache) => end,
            end = &mut gone => end,
        };
        parts.set_door(None);
        parts.forget_lookers();
        let end = match end {
            End::Unauthorized(error) => {
                self.entrance.forget_token().await;
                // With the password the next attempt gets in again by itself.
                if hub.password.is_some() {
                    End::Lost("The hub asks to sign in again.")
                } else {
                    End::Unauthorized(error)
                }
            }
            other => other,
        };
        if live.is_live {
            self.failures = 0;
        }
        live.link.close().await;
        end
    }

    async fn without_hub(&mut self) -> End {
        let (mut stop, mut caches) = (self.parts.stop.subscribe(), self.parts.cache.subscribe());
        self.pending
            .during(&mut self.asked, async {
                tokio::select! {
                    _ = stop.wait_for(|stop| *stop) => End::Stopped,
                    _ = caches.wait_for(Option::is_none) => End::CacheGone,
                }
            })
            .await
    }

    async fn stay(&mut self, live: &mut Live, cache: &Cache) -> End {
        self.pending.begin_connection();
        loop {
            match self.turn(live, cache).await {
                Ok(()) => {}
                Err(end) => return end,
            }
        }
    }

    /// Deals with the next thing that happens.
    async fn turn(&mut self, live: &mut Live, cache: &Cache) -> Result<(), End> {
        for frame in self.pending.unsent() {
            live.link.send(&frame).await?;
        }
        let parts = Arc::clone(&self.parts);
        let silent = live.heard + live.heartbeat * 3;
        let proof = live.proof_by.unwrap_or(silent);
        let next_ping = live.pinged + live.heartbeat;
        tokio::select! {
            frame = live.link.next() => {
                live.heard = Instant::now();
                live.proof_by = None;
                self.frame(frame?, live, cache).await
            }
            Some(asked) = self.asked.recv(), if !self.pending.is_full() => {
                self.pending.add(asked);
                Ok(())
            }
            () = self.pending.due() => {
                self.pending.give_up_due();
                Ok(())
            }
            () = parts.outbox.notified(), if live.is_live => self.send_waiting(live, cache).await,
            () = live.outgoing.rested(), if live.is_live => self.send_waiting(live, cache).await,
            () = live.looking.wait(), if live.is_live => live.link.send(&live.looking.frame()).await,
            end = finished(&mut live.reading) => {
                live.reading = None;
                live.link.send(&ClientFrame::Resume { cursor: end? }).await
            }
            () = sleep_until(next_ping) => live.ping().await,
            _ = live.wake.changed() => {
                live.proof_by = Some(Instant::now() + PROOF);
                live.ping().await
            }
            () = sleep_until(proof.min(silent)) => Err(End::Lost("The hub has fallen silent.")),
        }
    }

    async fn frame(&mut self, frame: HubFrame, live: &mut Live, cache: &Cache) -> Result<(), End> {
        match frame {
            // Until the snapshot is complete there is nothing that entries could be applied to.
            HubFrame::Entries { .. } if live.reading.is_some() => Ok(()),
            HubFrame::Entries { entries, upto } => {
                let applied = cache.apply(entries, upto).await?;
                if applied.page_in {
                    self.parts.page_in.notify_one();
                }
                if upto >= live.head && !live.is_live {
                    self.now_live(live, cache);
                    self.send_waiting(live, cache).await?;
                } else if live.is_live && applied.window_waiters {
                    self.send_waiting(live, cache).await?;
                }
                Ok(())
            }
            HubFrame::CursorTooOld {} => {
                live.rounds = live.rounds.saturating_add(1);
                if live.rounds > ROUNDS {
                    return Err(End::Lost("The hub changes faster than it can be read."));
                }
                let (cache, transfer) = (cache.clone(), live.transfer.clone());
                live.page_in = None;
                live.reading =
                    Some(Beside(tokio::spawn(async move { sync::read_anew(&cache, &transfer).await })));
                Ok(())
            }
            HubFrame::Reply { id, error } => {
                if !self.pending.answer(id, error.as_ref())
                    && live.outgoing.answered(id, error, cache).await?
                {
                    self.send_waiting(live, cache).await?;
                }
                Ok(())
            }
            HubFrame::Refused { error } if error.code == ErrorCode::Unauthorized => {
                Err(End::Unauthorized(error))
            }
            HubFrame::Refused { error } => Err(crate::transfer::TransferError::Refused(error).into()),
            HubFrame::Pong { now, .. } => {
                let offset = now.since(self.parts.now());
                let told = live.clock_offset;
                // Smaller differences are the network's, and not worth a word to everybody.
                if offset.saturating_sub(told).saturating_abs() > DRIFT {
                    live.clock_offset = offset;
                    self.parts.hub_clock.set_offset(offset);
                    if live.is_live {
                        self.parts.set_connection(Connection::Live { clock_offset: offset });
                    }
                }
                Ok(())
            }
            HubFrame::Lookers { conversation, agents } => {
                self.parts.set_lookers(conversation, agents);
                Ok(())
            }
            HubFrame::Welcome { .. } | HubFrame::Unknown => Ok(()),
        }
    }

    async fn send_waiting(&self, live: &mut Live, cache: &Cache) -> Result<(), End> {
        live.outgoing.send(&mut live.link, cache, self.parts.hub_clock.now()).await
    }

    fn now_live(&mut self, live: &mut Live, cache: &Cache) {
        live.is_live = true;
        // Before anybody hears that the connection is live.
        self.parts.set_door(Some(live.transfer.clone()));
        self.failures = 0;
        let worker = sync::page_in(Arc::clone(&self.parts), cache.clone(), live.transfer.clone());
        live.page_in = Some(Beside(tokio::spawn(worker)));
        self.parts.set_connection(Connection::Live { clock_offset: live.clock_offset });
    }
}

impl Live {
    fn new(entered: Entered, mut wake: watch::Receiver<u64>, looking: Told) -> Self {
        let Entered { link, transfer, head, clock_offset, heartbeat } = entered;
        wake.borrow_and_update();
        let now = Instant::now();
        Self {
            link,
            transfer,
            head,
            clock_offset,
            heartbeat,
            heard: now,
            pinged: now,
            proof_by: None,
            pings: 0,
            rounds: 0,
            is_live: false,
            wake,
            outgoing: Outgoing::default(),
            looking,
            reading: None,
            page_in: None,
        }
    }

    async fn ping(&mut self) -> Result<(), End> {
        self.pinged = Instant::now();
        self.pings = self.pings.wrapping_add(1);
        self.link.send(&ClientFrame::Ping { n: self.pings }).await
    }
}

async fn finished(reading: &mut Option<Beside<Result<Cursor, End>>>) -> Result<Cursor, End> {
    match reading {
        Some(Beside(task)) => task.await.unwrap_or(Err(End::Lost("Reading the hub's snapshot failed."))),
        None => std::future::pending().await,
    }
}
