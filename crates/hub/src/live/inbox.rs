//! Stored deliveries on their way to the inbound worker. They are passed in memory so that the worker need not
//! read them back; the store holds them all, and has those for which there is no room here.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::limits;
use crate::live::committed::RawDelivery;

/// Stored deliveries that wait to be processed, in the order in which they were stored.
#[derive(Debug, Default)]
pub(crate) struct Inbox {
    queue: Mutex<Queue>,
    wake: Notify,
}

#[derive(Debug, Default)]
struct Queue {
    deliveries: VecDeque<RawDelivery>,
    bytes: usize,
    /// Whether later deliveries are in the store only.
    incomplete: bool,
}

impl Inbox {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds committed deliveries. If one does not fit, it and all later ones are left to the store.
    pub(crate) fn put(&self, deliveries: Vec<RawDelivery>) {
        if deliveries.is_empty() {
            return;
        }
        let mut queue = self.queue();
        for delivery in deliveries {
            let bytes = queue.bytes.saturating_add(delivery.delivery.body.len());
            let full = queue.deliveries.len() >= limits::INBOX_DELIVERIES || bytes > limits::INBOX_BYTES;
            if full || queue.incomplete {
                queue.incomplete = true;
                break;
            }
            queue.bytes = bytes;
            queue.deliveries.push_back(delivery);
        }
        drop(queue);
        self.wake.notify_one();
    }

    /// Records that the store may hold deliveries that are not here, and wakes the worker.
    pub(crate) fn mark_incomplete(&self) {
        self.queue().incomplete = true;
        self.wake.notify_one();
    }

    /// Waits for deliveries and takes between one and `most`. Returns `None` if the next ones are in the store
    /// only. Cancel safe.
    pub(crate) async fn next(&self, most: usize) -> Option<Vec<RawDelivery>> {
        loop {
            {
                let mut queue = self.queue();
                let count = queue.deliveries.len().min(most.max(1));
                if count > 0 {
                    let taken: Vec<_> = queue.deliveries.drain(..count).collect();
                    let bytes = taken.iter().map(|delivery| delivery.delivery.body.len()).sum();
                    queue.bytes = queue.bytes.saturating_sub(bytes);
                    return Some(taken);
                }
                if queue.incomplete {
                    return None;
                }
            }
            self.wake.notified().await;
        }
    }

    /// Discards all waiting deliveries: those committed before are read from the store, later ones are added
    /// here.
    pub(crate) fn reset(&self) {
        *self.queue() = Queue::default();
    }
}

#[cfg(test)]
mod tests {
    use deskbell_channels::Delivery;
    use deskbell_protocol::{AccountId, Millis};

    use super::*;

    fn deliveries(ids: std::ops::Range<i64>, bytes: usize) -> Vec<RawDelivery> {
        let account = AccountId::fresh();
        let delivery = |id| RawDelivery {
            id,
            account,
            received_at: Millis(0),
            delivery: Delivery { body: vec![b' '; bytes].into(), ..Delivery::default() },
        };
        ids.map(delivery).collect()
    }

    async fn ids(inbox: &Inbox, most: usize) -> Option<Vec<i64>> {
        Some(inbox.next(most).await?.iter().map(|delivery| delivery.id).collect())
    }

    #[tokio::test]
    async fn deliveries_are_taken_in_the_order_they_were_stored() {
        let inbox = Inbox::default();
        inbox.put(deliveries(1..4, 1));
        inbox.put(deliveries(4..6, 1));
        assert_eq!(ids(&inbox, 4).await, Some(vec![1, 2, 3, 4]));
        assert_eq!(ids(&inbox, 4).await, Some(vec![5]));
    }

    #[tokio::test]
    async fn deliveries_beyond_the_limit_are_left_to_the_store() {
        let all = i64::try_from(limits::INBOX_DELIVERIES).unwrap();
        let inbox = Inbox::default();
        inbox.put(deliveries(0..all + 1, 1));
        // There is room again, but new deliveries come after those left to the store.
        assert_eq!(ids(&inbox, limits::INBOX_DELIVERIES).await, Some((0..all).collect()));
        inbox.put(deliveries(all + 1..all + 2, 1));
        assert_eq!(ids(&inbox, 1).await, None);
        inbox.reset();
        inbox.put(deliveries(all + 2..all + 3, 1));
        assert_eq!(ids(&inbox, 1).await, Some(vec![all + 2]));
    }

    #[tokio::test]
    async fn large_deliveries_count_by_their_bytes_until_they_are_taken() {
        let half = limits::INBOX_BYTES / 2;
        let inbox = Inbox::default();
        for round in 0..3 {
            inbox.put(deliveries(round..round + 1, half));
            assert_eq!(ids(&inbox, 9).await, Some(vec![round]));
        }
        inbox.put(deliveries(3..6, half));
        assert_eq!(ids(&inbox, 9).await, Some(vec![3, 4]));
        assert_eq!(ids(&inbox, 9).await, None);
    }

    #[tokio::test]
    async fn a_waiting_worker_is_woken_for_deliveries_in_the_store_only() {
        let inbox = std::sync::Arc::new(Inbox::default());
        for in_store in [false, true] {
            let waiting = tokio::spawn({
                let inbox = std::sync::Arc::clone(&inbox);
                async move { ids(&inbox, 1).await }
            });
            tokio::task::yield_now().await;
            if in_store {
                inbox.mark_incomplete();
            } else {
                inbox.put(deliveries(1..2, 1));
            }
            assert_eq!(waiting.await.unwrap(), (!in_store).then(|| vec![1]));
        }
    }
}
