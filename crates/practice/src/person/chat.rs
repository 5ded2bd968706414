//! The chat of one person with the business on one channel.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::line::Line;
use super::lines::{Lines, SeenLine};

/// The most faults that can wait for messages to one person.
const SEND_FAULTS: usize = 1000;

/// What is to happen to the next message of the business.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SendFault {
    /// It is refused with this code of the provider.
    Refuse(i64),
    /// It is accepted, and then reported as failed with this code.
    FailDelivery(i64),
    /// It is accepted, but the answer to the hub is cut off.
    CutAnswer,
}

/// One chat. Its locks are held for moments only, and a poisoned one is taken over.
#[derive(Default)]
pub(crate) struct Chat {
    lines: Mutex<Lines>,
    send_faults: Mutex<VecDeque<SendFault>>,
    changed: watch::Sender<u64>,
}

impl Chat {
    /// Changes the lines and notifies [`Chat::changes`].
    pub(crate) fn update<T>(&self, change: impl FnOnce(&mut Lines) -> T) -> T {
        let result = change(&mut self.lock());
        self.changed.send_modify(|n| *n += 1);
        result
    }

    /// Reads from the lines.
    pub(crate) fn read<T>(&self, read: impl FnOnce(&Lines) -> T) -> T {
        read(&self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A copy of all lines.
    pub(crate) fn lines(&self) -> Vec<Line> {
        self.lock().all()
    }

    /// [`Lines::take_seen`], without a notification.
    pub(crate) fn take_seen(&self) -> Vec<SeenLine> {
        self.lock().take_seen()
    }

    /// Changes whenever the chat does.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// Sets what is to happen to the next message of the business for which nothing is set yet.
    pub(crate) fn queue_fault(&self, fault: SendFault) {
        let mut faults = self.send_faults.lock().unwrap_or_else(PoisonError::into_inner);
        if faults.len() < SEND_FAULTS {
            faults.push_back(fault);
        }
    }

    /// What is to happen to the message of the business that arrives now.
    pub(crate) fn take_fault(&self) -> Option<SendFault> {
        self.send_faults.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }
}
