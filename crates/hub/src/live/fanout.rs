//! From the commit to those who are connected: each session gets the entries that its agent may read.
//!
//! A session that does not keep up is not waited for: its queue is cut, and it reads the log instead.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use deskbell_protocol::{AgentId, LogPosition, SessionId};
use tokio::sync::{Notify, mpsc};

use crate::limits;
use crate::live::committed::Committed;
use crate::live::dirty_set::News;
use crate::live::inbox::Arrivals;

/// Committed entries for one agent.
#[derive(Clone, Debug)]
pub(crate) struct Batch {
    /// Position and JSON of each change, in order.
    pub(crate) entries: Arc<[(LogPosition, Arc<str>)]>,
    /// Everything up to here was considered.
    pub(crate) upto: LogPosition,
}

#[derive(Debug)]
struct Ear {
    session: SessionId,
    batches: mpsc::Sender<Batch>,
    behind: Arc<AtomicBool>,
}

impl Ear {
    /// Once something was left out, everything is, until the session has caught up.
    fn hear(&self, batch: &Batch) {
        if !self.behind.load(Ordering::Acquire) && self.batches.try_send(batch.clone()).is_err() {
            self.fall_behind();
        }
    }

    /// Leaves the session to read the log. First the mark, then an empty batch that wakes it: it may have
    /// taken the last batch out before it could see the mark, and would then wait for ever. If the queue is
    /// full it has something to do anyway, and sees the mark after it.
    fn fall_behind(&self) {
        // Both here and in `is_behind` the mark is swapped, so that one of the two comes first for both.
        self.behind.swap(true, Ordering::AcqRel);
        let nothing = Batch { entries: Arc::new([]), upto: LogPosition(0) };
        let _awake = self.batches.try_send(nothing);
    }
}

#[derive(Debug, Default)]
struct Ears {
    by_agent: HashMap<AgentId, Vec<Ear>>,
    head: LogPosition,
}

/// Everyone who is connected, and the wake-up calls of the background work.
#[derive(Debug, Default)]
pub(crate) struct Fanout {
    ears: Mutex<Ears>,
    pub(crate) arrivals: Arrivals,
    pub(crate) outbound: Notify,
    pub(crate) probes: Notify,
    pub(crate) marks: News,
    pub(crate) deadlines: Notify,
}

/// A session's end of the fan-out.
#[derive(Debug)]
pub(crate) struct Listening {
    fanout: Arc<Fanout>,
    agent: AgentId,
    session: SessionId,
    /// Committed entries, as they come.
    pub(crate) batches: mpsc::Receiver<Batch>,
    behind: Arc<AtomicBool>,
}

impl Fanout {
    fn ears(&self) -> std::sync::MutexGuard<'_, Ears> {
        self.ears.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets where the log stands when the hub starts.
    pub(crate) fn start_at(&self, head: LogPosition) {
        self.ears().head = head;
    }

    /// Hands a committed group to those who may read it. Never waits.
    pub(crate) fn publish(&self, committed: Committed) {
        {
            let mut ears = self.ears();
            ears.head = ears.head.max(committed.head);
            let upto = ears.head;
            let mut shares: HashMap<AgentId, Vec<(LogPosition, Arc<str>)>> = HashMap::new();
            for entry in committed.entries {
                for agent in entry.audience {
                    if ears.by_agent.contains_key(&agent) {
                        shares.entry(agent).or_default().push((entry.position, Arc::clone(&entry.change)));
                    }
                }
            }
            for (agent, entries) in shares {
                let batch = Batch { entries: entries.into(), upto };
                for ear in ears.by_agent.get(&agent).into_iter().flatten() {
                    ear.hear(&batch);
                }
            }
        }
        let wake = committed.wake;
        self.arrivals.put(wake.arrived);
        if wake.tokens {
            self.look_again();
        }
        self.marks.of(wake.marks);
        for (due, who) in
            [(wake.outbound, &self.outbound), (wake.probes, &self.probes), (wake.deadlines, &self.deadlines)]
        {
            if due {
                who.notify_one();
            }
        }
    }

    /// The log stands at `head` without this process having written it: everyone reads it there, and the
    /// background work looks for something to do. Nothing happens if this was known.
    pub(crate) fn others_wrote(&self, head: LogPosition) {
        {
            let mut ears = self.ears();
            if head <= ears.head {
                return;
            }
            ears.head = head;
            for ear in ears.by_agent.values().flatten() {
                ear.fall_behind();
            }
        }
        self.arrivals.look_in_store();
        for who in [&self.outbound, &self.probes, &self.deadlines] {
            who.notify_one();
        }
    }

    /// Every session looks whether its token still works, and reads the log from where it stands.
    pub(crate) fn look_again(&self) {
        for ear in self.ears().by_agent.values().flatten() {
            ear.fall_behind();
        }
    }

    /// Begins to listen. Everything committed after the returned position arrives as a batch.
    pub(crate) fn listen(self: &Arc<Self>, agent: AgentId, session: SessionId) -> (Listening, LogPosition) {
        let (sender, batches) = mpsc::channel(limits::LIVE_BATCHES);
        let behind = Arc::new(AtomicBool::new(false));
        let mut ears = self.ears();
        let ear = Ear { session, batches: sender, behind: Arc::clone(&behind) };
        ears.by_agent.entry(agent).or_default().push(ear);
        (Listening { fanout: Arc::clone(self), agent, session, batches, behind }, ears.head)
    }

    /// The newest position that was published.
    pub(crate) fn head(&self) -> LogPosition {
        self.ears().head
    }
}

impl Listening {
    /// Whether entries were left out. What is still queued comes before them.
    pub(crate) fn is_behind(&self) -> bool {
        self.behind.fetch_or(false, Ordering::AcqRel)
    }

    /// Forgets what is queued and starts anew: everything committed after the returned position arrives as
    /// a batch again; what lies before it is in the log.
    pub(crate) fn start_over(&mut self) -> LogPosition {
        let ears = self.fanout.ears();
        while self.batches.try_recv().is_ok() {}
        self.behind.store(false, Ordering::Release);
        ears.head
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let mut ears = self.fanout.ears();
        if let Some(of_agent) = ears.by_agent.get_mut(&self.agent) {
            of_agent.retain(|ear| ear.session != self.session);
            if of_agent.is_empty() {
                ears.by_agent.remove(&self.agent);
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
    fn who_falls_behind_hears_nothing_more_until_they_start_over() {
        let fanout = Arc::new(Fanout::default());
        let anna = AgentId::fresh();
        let (mut listening, _) = fanout.listen(anna, SessionId::fresh());
        let full = i64::try_from(limits::LIVE_BATCHES).unwrap();
        for position in 1..=full + 1 {
            fanout.publish(entry(position, anna));
        }
        assert!(listening.is_behind());
        // There is room again, but what comes now lies behind the gap.
        assert_eq!(listening.batches.try_recv().unwrap().upto, LogPosition(1));
        fanout.publish(entry(full + 2, anna));
        let mut last = LogPosition(0);
        while let Ok(batch) = listening.batches.try_recv() {
            last = batch.upto;
        }
        assert_eq!(last, LogPosition(full));
        assert_eq!(listening.start_over(), LogPosition(full + 2));
        fanout.publish(entry(full + 3, anna));
        assert_eq!(listening.batches.try_recv().unwrap().upto, LogPosition(full + 3));
    }

    #[test]
    fn who_emptied_the_queue_just_before_being_marked_is_woken_to_read_the_log() {
        let fanout = Arc::new(Fanout::default());
        let anna = AgentId::fresh();
        let (mut listening, _) = fanout.listen(anna, SessionId::fresh());
        for position in 1..=i64::try_from(limits::LIVE_BATCHES).unwrap() {
            fanout.publish(entry(position, anna));
        }
        // The next one finds no room, and before it is marked the session takes all out and waits.
        while listening.batches.try_recv().is_ok() {}
        assert!(!listening.is_behind());
        fanout.ears().by_agent[&anna][0].fall_behind();
        assert!(listening.batches.try_recv().is_ok(), "nothing wakes the session");
        assert!(listening.is_behind());
    }

    #[test]
    fn everybody_hears_only_what_is_meant_for_them_and_nobody_after_they_left() {
        let fanout = Arc::new(Fanout::default());
        let (anna, ben) = (AgentId::fresh(), AgentId::fresh());
        let (mut annas, _) = fanout.listen(anna, SessionId::fresh());
        let (bens, _) = fanout.listen(ben, SessionId::fresh());
        fanout.publish(entry(1, ben));
        assert!(annas.batches.try_recv().is_err());
        assert_eq!(bens.batches.len(), 1);
        drop(bens);
        fanout.publish(entry(2, ben));
        assert_eq!(fanout.ears().by_agent.len(), 1);
        assert_eq!(fanout.head(), LogPosition(2));
    }
}
