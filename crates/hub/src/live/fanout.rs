//! Delivery of committed log entries to connected sessions: each gets the entries that its agent may read.
//!
//! Publishing never waits for a session. One whose queue is full is marked as lagging, gets no more batches, and
//! reads the missed entries from the log.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use deskbell_protocol::{AgentId, LogPosition, SessionId};
use tokio::sync::{Notify, mpsc};

use crate::limits;
use crate::live::committed::Committed;
use crate::live::dirty_set::DirtySet;
use crate::live::inbox::Inbox;

/// Committed entries for one agent.
#[derive(Clone, Debug)]
pub(crate) struct Batch {
    /// Position and JSON of each change, in order.
    pub(crate) entries: Arc<[(LogPosition, Arc<str>)]>,
    /// The log position up to which the batch is complete.
    pub(crate) upto: LogPosition,
}

/// The sending end of one session's subscription.
#[derive(Debug)]
struct Listener {
    session: SessionId,
    batches: mpsc::Sender<Batch>,
    lagging: Arc<AtomicBool>,
}

impl Listener {
    /// Queues a batch. After the first that was dropped all are dropped, until the session has caught up.
    fn send(&self, batch: &Batch) {
        if !self.lagging.load(Ordering::Acquire) && self.batches.try_send(batch.clone()).is_err() {
            self.mark_lagging();
        }
    }

    /// Makes the session read the log. The flag is set before an empty batch wakes the session: it may have taken
    /// the last batch before it could see the flag, and would then wait forever. A full queue needs no wake-up:
    /// the session sees the flag after the next batch.
    fn mark_lagging(&self) {
        // Both here and in `is_lagging` the flag is swapped, so that the two operations have one order.
        self.lagging.swap(true, Ordering::AcqRel);
        let nothing = Batch { entries: Arc::new([]), upto: LogPosition(0) };
        let _awake = self.batches.try_send(nothing);
    }
}

#[derive(Debug, Default)]
struct Listeners {
    by_agent: HashMap<AgentId, Vec<Listener>>,
    head: LogPosition,
}

/// The subscriptions of all sessions, and the wake-ups of the background workers.
#[derive(Debug, Default)]
pub(crate) struct Fanout {
    listeners: Mutex<Listeners>,
    /// Deliveries that wait to be processed.
    pub(crate) inbox: Inbox,
    /// Wakes the worker that posts messages.
    pub(crate) outbound: Notify,
    /// Wakes the worker that probes paused accounts.
    pub(crate) probes: Notify,
    /// Conversations for which a read receipt may be due.
    pub(crate) read_receipts: DirtySet,
    /// Wakes the worker that runs deadlines.
    pub(crate) deadlines: Notify,
}

/// The receiving end of one session's subscription. Dropping it unsubscribes.
#[derive(Debug)]
pub(crate) struct Subscription {
    fanout: Arc<Fanout>,
    agent: AgentId,
    session: SessionId,
    /// Committed entries, in the order of the log.
    pub(crate) batches: mpsc::Receiver<Batch>,
    lagging: Arc<AtomicBool>,
}

impl Fanout {
    fn listeners(&self) -> std::sync::MutexGuard<'_, Listeners> {
        self.listeners.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets the head of the log when the hub starts.
    pub(crate) fn set_head(&self, head: LogPosition) {
        self.listeners().head = head;
    }

    /// Sends the entries of a committed group to the sessions that may read them, and wakes the workers that it
    /// names. Never waits.
    pub(crate) fn publish(&self, committed: Committed) {
        {
            let mut listeners = self.listeners();
            listeners.head = listeners.head.max(committed.head);
            let upto = listeners.head;
            let mut shares: HashMap<AgentId, Vec<(LogPosition, Arc<str>)>> = HashMap::new();
            for entry in committed.entries {
                for agent in entry.audience {
                    if listeners.by_agent.contains_key(&agent) {
                        shares.entry(agent).or_default().push((entry.position, Arc::clone(&entry.change)));
                    }
                }
            }
            for (agent, entries) in shares {
                let batch = Batch { entries: entries.into(), upto };
                for listener in listeners.by_agent.get(&agent).into_iter().flatten() {
                    listener.send(&batch);
                }
            }
        }
        let wake = committed.wake;
        self.inbox.put(wake.deliveries);
        if wake.tokens {
            self.resync_all();
        }
        self.read_receipts.mark(wake.read_receipts);
        for (due, worker) in
            [(wake.outbound, &self.outbound), (wake.probes, &self.probes), (wake.deadlines, &self.deadlines)]
        {
            if due {
                worker.notify_one();
            }
        }
    }

    /// Moves the head to `head` after another process wrote to the log: every session reads the log, and every
    /// worker is woken. Does nothing if the head is already there.
    pub(crate) fn advance_head(&self, head: LogPosition) {
        {
            let mut listeners = self.listeners();
            if head <= listeners.head {
                return;
            }
            listeners.head = head;
            for listener in listeners.by_agent.values().flatten() {
                listener.mark_lagging();
            }
        }
        self.inbox.mark_incomplete();
        for worker in [&self.outbound, &self.probes, &self.deadlines] {
            worker.notify_one();
        }
    }

    /// Makes every session check its token and read the log from its position.
    pub(crate) fn resync_all(&self) {
        for listener in self.listeners().by_agent.values().flatten() {
            listener.mark_lagging();
        }
    }

    /// Subscribes a session. Entries committed after the returned position arrive as batches.
    pub(crate) fn subscribe(
        self: &Arc<Self>,
        agent: AgentId,
        session: SessionId,
    ) -> (Subscription, LogPosition) {
        let (sender, batches) = mpsc::channel(limits::LIVE_BATCHES);
        let lagging = Arc::new(AtomicBool::new(false));
        let mut listeners = self.listeners();
        let listener = Listener { session, batches: sender, lagging: Arc::clone(&lagging) };
        listeners.by_agent.entry(agent).or_default().push(listener);
        (Subscription { fanout: Arc::clone(self), agent, session, batches, lagging }, listeners.head)
    }

    /// The newest published log position.
    pub(crate) fn head(&self) -> LogPosition {
        self.listeners().head
    }
}

impl Subscription {
    /// Whether batches were dropped. Those still queued come before the dropped ones.
    pub(crate) fn is_lagging(&self) -> bool {
        self.lagging.fetch_or(false, Ordering::AcqRel)
    }

    /// Discards queued batches and clears the lagging flag. Entries committed after the returned position arrive
    /// as batches again; earlier ones are in the log.
    pub(crate) fn reset(&mut self) -> LogPosition {
        let listeners = self.fanout.listeners();
        while self.batches.try_recv().is_ok() {}
        self.lagging.store(false, Ordering::Release);
        listeners.head
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let mut listeners = self.fanout.listeners();
        if let Some(of_agent) = listeners.by_agent.get_mut(&self.agent) {
            of_agent.retain(|listener| listener.session != self.session);
            if of_agent.is_empty() {
                listeners.by_agent.remove(&self.agent);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::committed::{Published, Wake};

    fn entry(position: i64, agent: AgentId) -> Committed {
        let position = LogPosition(position);
        let published = Published { position, audience: vec![agent], change: "{}".into() };
        Committed { entries: vec![published], head: position, wake: Wake::default() }
    }

    #[test]
    fn a_lagging_session_gets_no_batches_until_it_is_reset() {
        let fanout = Arc::new(Fanout::default());
        let anna = AgentId::fresh();
        let (mut subscription, _) = fanout.subscribe(anna, SessionId::fresh());
        let full = i64::try_from(limits::LIVE_BATCHES).unwrap();
        for position in 1..=full + 1 {
            fanout.publish(entry(position, anna));
        }
        assert!(subscription.is_lagging());
        // The queue has room again, but new entries come after the gap.
        assert_eq!(subscription.batches.try_recv().unwrap().upto, LogPosition(1));
        fanout.publish(entry(full + 2, anna));
        let mut last = LogPosition(0);
        while let Ok(batch) = subscription.batches.try_recv() {
            last = batch.upto;
        }
        assert_eq!(last, LogPosition(full));
        assert_eq!(subscription.reset(), LogPosition(full + 2));
        fanout.publish(entry(full + 3, anna));
        assert_eq!(subscription.batches.try_recv().unwrap().upto, LogPosition(full + 3));
    }

    #[test]
    fn a_session_that_emptied_its_queue_before_the_flag_is_woken() {
        let fanout = Arc::new(Fanout::default());
        let anna = AgentId::fresh();
        let (mut subscription, _) = fanout.subscribe(anna, SessionId::fresh());
        for position in 1..=i64::try_from(limits::LIVE_BATCHES).unwrap() {
            fanout.publish(entry(position, anna));
        }
        // The next batch finds the queue full; before the flag is set the session takes everything and waits.
        while subscription.batches.try_recv().is_ok() {}
        assert!(!subscription.is_lagging());
        fanout.listeners().by_agent[&anna][0].mark_lagging();
        assert!(subscription.batches.try_recv().is_ok(), "nothing wakes the session");
        assert!(subscription.is_lagging());
    }

    #[test]
    fn entries_reach_only_subscribed_agents_who_may_read_them() {
        let fanout = Arc::new(Fanout::default());
        let (anna, ben) = (AgentId::fresh(), AgentId::fresh());
        let (mut anna_subscription, _) = fanout.subscribe(anna, SessionId::fresh());
        let (ben_subscription, _) = fanout.subscribe(ben, SessionId::fresh());
        fanout.publish(entry(1, ben));
        assert!(anna_subscription.batches.try_recv().is_err());
        assert_eq!(ben_subscription.batches.len(), 1);
        drop(ben_subscription);
        fanout.publish(entry(2, ben));
        assert_eq!(fanout.listeners().by_agent.len(), 1);
        assert_eq!(fanout.head(), LogPosition(2));
    }
}
