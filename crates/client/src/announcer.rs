//! Telling what happened: one ordered stream for the UI, and a copy for the host.
//!
//! The UI's stream is numbered and acknowledged. A UI that falls behind is told once to read everything
//! anew, and then nothing until it subscribes again: its memory, and ours, stay bounded.

use std::collections::VecDeque;
use std::mem::discriminant;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{broadcast, watch};

use crate::api::{Alert, Event, NumberedEvent};

/// How many events a UI may leave unacknowledged.
const UNACKNOWLEDGED: u64 = 256;

/// How many events a listener of the host may be behind before it misses some.
const LISTENER_EVENTS: usize = 1024;

/// How many alerts snapshots tell.
const ALERTS: usize = 16;

/// How long snapshots go on telling an alert. A UI that reads anew right after it, as at the start, would
/// otherwise take it off the screen before anybody has read it.
const TOLD_FOR: Duration = Duration::from_secs(60);

/// Where every event goes through, in the order in which things happened.
pub(crate) struct Announcer {
    desk: Mutex<Desk>,
    rung: watch::Sender<()>,
    listeners: broadcast::Sender<Event>,
}

/// The UI's side: one subscription at a time.
#[derive(Default)]
struct Desk {
    subscription: u64,
    seq: u64,
    acknowledged: u64,
    waiting: VecDeque<NumberedEvent>,
    silent: bool,
    closed: bool,
    /// What no snapshot will tell, for the next subscription: one of a kind.
    kept: Vec<Event>,
    /// What snapshots have to tell, and since when it has been told.
    alerts: Vec<(Alert, Option<Instant>)>,
}

impl Desk {
    fn push(&mut self, event: Event) {
        self.seq = self.seq.saturating_add(1);
        self.waiting.push_back(NumberedEvent { seq: self.seq, event });
    }

    fn announce(&mut self, event: &Event) {
        let heard = self.subscription != 0 && !self.silent;
        if let Event::Alert { alert } = event {
            self.alerts.retain(|(known, _)| known != alert);
            if self.alerts.len() < ALERTS {
                self.alerts.push((alert.clone(), heard.then(Instant::now)));
            }
        }
        if !heard {
            if matches!(event, Event::Open { .. } | Event::QuitAsked { .. }) {
                // The newest of each kind is what the person wants.
                self.kept.retain(|kept| discriminant(kept) != discriminant(event));
                self.kept.push(event.clone());
            }
            return;
        }
        let behind = self.seq.saturating_sub(self.acknowledged) >= UNACKNOWLEDGED;
        if behind || *event == Event::Resync {
            self.silent = true;
            self.push(Event::Resync);
        } else {
            self.push(event.clone());
        }
    }
}

impl Announcer {
    pub(crate) fn new() -> Self {
        Self {
            desk: Mutex::default(),
            rung: watch::Sender::new(()),
            listeners: broadcast::Sender::new(LISTENER_EVENTS),
        }
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells everybody.
    pub(crate) fn announce(&self, event: Event) {
        self.desk().announce(&event);
        self.rung.send_replace(());
        self.tell_listeners(event);
    }

    /// Tells the host alone: the UI will read everything anew.
    pub(crate) fn tell_listeners(&self, event: Event) {
        // Nobody may be listening; that is fine.
        let _listeners = self.listeners.send(event);
    }

    /// The alerts that nobody has been told, or only just.
    pub(crate) fn alerts(&self) -> Vec<Alert> {
        let mut desk = self.desk();
        let heard = desk.subscription != 0 && !desk.silent;
        desk.alerts.retain(|(_, told)| told.is_none_or(|told| told.elapsed() < TOLD_FOR));
        for (_, told) in desk.alerts.iter_mut().filter(|(_, told)| heard && told.is_none()) {
            *told = Some(Instant::now());
        }
        desk.alerts.iter().map(|(alert, _)| alert.clone()).collect()
    }

    pub(crate) fn acknowledge(&self, subscription: u64, seq: u64) {
        let mut desk = self.desk();
        if desk.subscription == subscription && seq <= desk.seq {
            desk.acknowledged = desk.acknowledged.max(seq);
        }
    }

    pub(crate) fn listen(&self) -> broadcast::Receiver<Event> {
        self.listeners.subscribe()
    }

    pub(crate) fn subscribe(self: &Arc<Self>) -> Subscription {
        let mut desk = self.desk();
        let subscription = desk.subscription.saturating_add(1);
        let kept = std::mem::take(&mut desk.kept);
        let alerts = std::mem::take(&mut desk.alerts);
        *desk = Desk { subscription, closed: desk.closed, alerts, ..Desk::default() };
        desk.push(Event::Subscribed { subscription });
        kept.into_iter().for_each(|event| desk.push(event));
        drop(desk);
        self.rung.send_replace(());
        Subscription { subscription, announcer: Arc::clone(self), rung: self.rung.subscribe() }
    }

    /// Ends the UI's stream.
    pub(crate) fn close(&self) {
        self.desk().closed = true;
        self.rung.send_replace(());
    }
}

/// The UI's stream of events. A newer one replaces it.
pub struct Subscription {
    subscription: u64,
    announcer: Arc<Announcer>,
    rung: watch::Receiver<()>,
}

impl Subscription {
    /// The next event, or nothing more because a newer subscription replaced this one or the engine was
    /// closed. May be dropped while waiting; nothing is lost.
    pub async fn next(&mut self) -> Option<NumberedEvent> {
        loop {
            self.rung.borrow_and_update();
            {
                let mut desk = self.announcer.desk();
                if desk.subscription != self.subscription {
                    return None;
                }
                if let Some(event) = desk.waiting.pop_front() {
                    return Some(event);
                }
                if desk.closed {
                    return None;
                }
            }
            self.rung.changed().await.ok()?;
        }
    }

    /// Whether a newer subscription has replaced this one, rather than the engine having been closed.
    #[must_use]
    pub fn is_replaced(&self) -> bool {
        self.announcer.desk().subscription != self.subscription
    }

    /// Its number, as [`Event::Subscribed`] tells it.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.subscription
    }
}

#[cfg(test)]
mod tests;
