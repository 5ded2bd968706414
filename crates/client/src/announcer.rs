//! Announces events: one ordered stream for the UI, and a copy for the host.
//!
//! The UI's stream is numbered and acknowledged. A UI that falls behind gets one `Resync`, and then nothing
//! until it subscribes again, so that the memory on both sides is bounded.

use std::collections::VecDeque;
use std::mem::discriminant;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{broadcast, watch};

use crate::api::{Alert, Event, NumberedEvent};

/// How many events may be unacknowledged.
const MAX_UNACKNOWLEDGED: u64 = 256;

/// How many events a receiver of the host may be behind before it misses some.
const LISTENER_EVENTS: usize = 1024;

/// How many alerts are in a snapshot.
const MAX_ALERTS: usize = 16;

/// How long an alert stays in the snapshots after it was announced. A UI that reads a snapshot right after
/// it, as at the start, would otherwise remove it before anybody has read it.
const ALERT_TTL: Duration = Duration::from_secs(60);

/// Every event passes through it, in the order in which things happened.
pub(crate) struct Announcer {
    ui: Mutex<UiStream>,
    /// Notified when the UI's stream changes.
    changed: watch::Sender<()>,
    host: broadcast::Sender<Event>,
}

/// The UI's stream: one subscription at a time.
#[derive(Default)]
struct UiStream {
    subscription: u64,
    seq: u64,
    acknowledged: u64,
    waiting: VecDeque<NumberedEvent>,
    /// Whether `Resync` was the last event.
    resyncing: bool,
    closed: bool,
    /// Events for the next subscription that no snapshot contains: the last of each kind.
    kept: Vec<Event>,
    /// The alerts for snapshots, and when each was announced.
    alerts: Vec<(Alert, Option<Instant>)>,
}

impl UiStream {
    /// Whether somebody has subscribed and has not been told to start again.
    fn receives(&self) -> bool {
        self.subscription != 0 && !self.resyncing
    }

    fn push(&mut self, event: Event) {
        self.seq = self.seq.saturating_add(1);
        self.waiting.push_back(NumberedEvent { seq: self.seq, event });
    }

    fn announce(&mut self, event: &Event) {
        let receives = self.receives();
        if let Event::Alert { alert } = event {
            self.alerts.retain(|(known, _)| known != alert);
            if self.alerts.len() < MAX_ALERTS {
                self.alerts.push((alert.clone(), receives.then(Instant::now)));
            }
        }
        if !receives {
            if matches!(event, Event::Open { .. } | Event::QuitAsked { .. }) {
                // The last of each kind is the one that the person wants.
                self.kept.retain(|kept| discriminant(kept) != discriminant(event));
                self.kept.push(event.clone());
            }
            return;
        }
        let behind = self.seq.saturating_sub(self.acknowledged) >= MAX_UNACKNOWLEDGED;
        if behind || *event == Event::Resync {
            self.resyncing = true;
            self.push(Event::Resync);
        } else {
            self.push(event.clone());
        }
    }
}

impl Announcer {
    pub(crate) fn new() -> Self {
        Self {
            ui: Mutex::default(),
            changed: watch::Sender::new(()),
            host: broadcast::Sender::new(LISTENER_EVENTS),
        }
    }

    fn ui(&self) -> MutexGuard<'_, UiStream> {
        self.ui.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Announces an event to the UI and the host.
    pub(crate) fn announce(&self, event: Event) {
        self.ui().announce(&event);
        self.changed.send_replace(());
        self.announce_to_host(event);
    }

    /// Announces an event to the host alone: the UI reads a new snapshot.
    pub(crate) fn announce_to_host(&self, event: Event) {
        // An error means that nobody listens.
        let _receivers = self.host.send(event);
    }

    /// The alerts for a snapshot: not announced yet, or announced only just.
    pub(crate) fn alerts(&self) -> Vec<Alert> {
        let mut ui = self.ui();
        let receives = ui.receives();
        ui.alerts.retain(|(_, told)| told.is_none_or(|told| told.elapsed() < ALERT_TTL));
        for (_, told) in ui.alerts.iter_mut().filter(|(_, told)| receives && told.is_none()) {
            *told = Some(Instant::now());
        }
        ui.alerts.iter().map(|(alert, _)| alert.clone()).collect()
    }

    pub(crate) fn acknowledge(&self, subscription: u64, seq: u64) {
        let mut ui = self.ui();
        if ui.subscription == subscription && seq <= ui.seq {
            ui.acknowledged = ui.acknowledged.max(seq);
        }
    }

    pub(crate) fn listen(&self) -> broadcast::Receiver<Event> {
        self.host.subscribe()
    }

    pub(crate) fn subscribe(self: &Arc<Self>) -> Subscription {
        let mut ui = self.ui();
        let subscription = ui.subscription.saturating_add(1);
        let kept = std::mem::take(&mut ui.kept);
        let alerts = std::mem::take(&mut ui.alerts);
        *ui = UiStream { subscription, closed: ui.closed, alerts, ..UiStream::default() };
        ui.push(Event::Subscribed { subscription });
        kept.into_iter().for_each(|event| ui.push(event));
        drop(ui);
        self.changed.send_replace(());
        Subscription { subscription, announcer: Arc::clone(self), changed: self.changed.subscribe() }
    }

    /// Ends the UI's stream.
    pub(crate) fn close(&self) {
        self.ui().closed = true;
        self.changed.send_replace(());
    }
}

/// The UI's stream of events. A newer subscription replaces it.
pub struct Subscription {
    subscription: u64,
    announcer: Arc<Announcer>,
    changed: watch::Receiver<()>,
}

impl Subscription {
    /// The next event; none after a newer subscription has replaced this one or the engine was closed. Cancel
    /// safe.
    pub async fn next(&mut self) -> Option<NumberedEvent> {
        loop {
            self.changed.borrow_and_update();
            {
                let mut ui = self.announcer.ui();
                if ui.subscription != self.subscription {
                    return None;
                }
                if let Some(event) = ui.waiting.pop_front() {
                    return Some(event);
                }
                if ui.closed {
                    return None;
                }
            }
            self.changed.changed().await.ok()?;
        }
    }

    /// Whether a newer subscription has replaced this one, rather than the engine having been closed.
    #[must_use]
    pub fn is_replaced(&self) -> bool {
        self.announcer.ui().subscription != self.subscription
    }

    /// Its number, as in [`Event::Subscribed`].
    #[must_use]
    pub fn number(&self) -> u64 {
        self.subscription
    }
}

#[cfg(test)]
mod tests;
