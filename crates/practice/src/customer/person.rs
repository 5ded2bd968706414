//! A simulated person: who they are, their phone, and how the hub is brought what they write.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::{mpsc, watch};

use super::lines::{Fate, Heard, Line, Lines};
use crate::cast::{Manner, PLAIN};
use crate::provider::Parcel;

/// Who somebody is at the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    /// The name they gave themselves.
    pub(crate) name: String,
    /// Digits without `+`; absent where the provider does not tell it.
    pub(crate) phone: Option<String>,
    /// The id made for them and this business.
    pub(crate) user_id: String,
    /// The user name, without `@`.
    pub(crate) username: Option<String>,
}

/// One person.
pub(crate) struct Person {
    pub(crate) identity: Identity,
    /// How they are.
    pub(crate) manner: Manner,
    /// What is brought to the hub for them, in this order.
    pub(crate) lane: mpsc::Sender<Parcel>,
    /// Whether they act by themselves.
    on_stage: AtomicBool,
    lines: Mutex<Lines>,
    fates: Mutex<VecDeque<Fate>>,
    changed: watch::Sender<u64>,
}

/// The most faults that can be ordered ahead for one person.
const FATES: usize = 1000;

impl Person {
    pub(crate) fn new(identity: Identity, manner: Option<Manner>, lane: mpsc::Sender<Parcel>) -> Self {
        Self {
            identity,
            manner: manner.unwrap_or(PLAIN),
            lane,
            on_stage: AtomicBool::new(false),
            lines: Mutex::default(),
            fates: Mutex::default(),
            changed: watch::Sender::new(0),
        }
    }

    /// From now on they act by themselves.
    pub(crate) fn enter_stage(&self) {
        self.on_stage.store(true, Ordering::Relaxed);
    }

    /// Whether they act by themselves.
    pub(crate) fn is_on_stage(&self) -> bool {
        self.on_stage.load(Ordering::Relaxed)
    }

    /// Looks at or changes the chat. Nothing in here waits, and nothing panics: a poisoned lock is taken over.
    pub(crate) fn with_lines<T>(&self, look: impl FnOnce(&mut Lines) -> T) -> T {
        let answer = look(&mut self.lines.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.send_modify(|n| *n += 1);
        answer
    }

    pub(crate) fn lines(&self) -> Vec<Line> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).all()
    }

    /// What was seen and not taken in yet.
    pub(crate) fn hear(&self) -> Vec<Heard> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).hear()
    }

    /// Tells whenever the chat changed.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    fn fates(&self) -> MutexGuard<'_, VecDeque<Fate>> {
        self.fates.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn next_fate(&self, fate: Fate) {
        let mut fates = self.fates();
        if fates.len() < FATES {
            fates.push_back(fate);
        }
    }

    /// What shall happen to a message that comes now.
    pub(crate) fn take_fate(&self) -> Option<Fate> {
        self.fates().pop_front().or(self.manner.unreachable.map(Fate::Fails))
    }
}
