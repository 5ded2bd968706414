//! What was delivered and stored a moment ago, on its way to being taken up: handed over in memory, so that
//! nothing is read back that was here anyway. The store is the truth: what is left out here is found there.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::limits;
use crate::live::committed::RawDelivery;

/// Deliveries that are stored and wait to be taken up, in the order in which they were stored.
#[derive(Debug, Default)]
pub(crate) struct Arrivals {
    waiting: Mutex<Waiting>,
    wake: Notify,
}

#[derive(Debug, Default)]
struct Waiting {
    deliveries: VecDeque<RawDelivery>,
    bytes: usize,
    /// Behind those that wait there are others, in the store alone.
    left_out: bool,
}

impl Arrivals {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// These were committed. Those for which there is no room are left out, and so are all behind them.
    pub(crate) fn put(&self, deliveries: Vec<RawDelivery>) {
        if deliveries.is_empty() {
            return;
        }
        let mut waiting = self.waiting();
        for delivery in deliveries {
            let bytes = waiting.bytes.saturating_add(delivery.body.len());
            let full = waiting.deliveries.len() >= limits::ARRIVALS_WAITING
                || bytes > limits::ARRIVALS_WAITING_BYTES;
            if full || waiting.left_out {
                waiting.left_out = true;
                break;
            }
            waiting.bytes = bytes;
            waiting.deliveries.push_back(delivery);
        }
        drop(waiting);
        self.wake.notify_one();
    }

    /// There may be something in the store that was never put here.
    pub(crate) fn look_in_store(&self) {
        self.waiting().left_out = true;
        self.wake.notify_one();
    }

    /// Waits for deliveries and takes at most `most`, at least one; `None` if what comes next is in the store
    /// alone. Safe to drop while waiting.
    pub(crate) async fn next(&self, most: usize) -> Option<Vec<RawDelivery>> {
        loop {
            {
                let mut waiting = self.waiting();
                let count = waiting.deliveries.len().min(most.max(1));
                if count > 0 {
                    let taken: Vec<_> = waiting.deliveries.drain(..count).collect();
                    let bytes = taken.iter().map(|delivery| delivery.body.len()).sum();
                    waiting.bytes = waiting.bytes.saturating_sub(bytes);
                    return Some(taken);
                }
                if waiting.left_out {
                    return None;
                }
            }
            self.wake.notified().await;
        }
    }

    /// Forgets what waits and begins anew: what is committed from now on is put here, and what was committed
    /// before is in the store.
    pub(crate) fn start_over(&self) {
        *self.waiting() = Waiting::default();
    }
}

#[cfg(test)]
mod tests {
    use deskbell_protocol::{AccountId, Millis};

    use super::*;

    fn deliveries(ids: std::ops::Range<i64>, bytes: usize) -> Vec<RawDelivery> {
        let account = AccountId::fresh();
        let delivery = |id| RawDelivery {
            id,
            account,
            received_at: Millis(0),
            body: vec![b' '; bytes].into(),
            signature: String::new(),
        };
        ids.map(delivery).collect()
    }

    async fn ids(arrivals: &Arrivals, most: usize) -> Option<Vec<i64>> {
        Some(arrivals.next(most).await?.iter().map(|delivery| delivery.id).collect())
    }

    #[tokio::test]
    async fn what_was_stored_comes_in_its_order() {
        let arrivals = Arrivals::default();
        arrivals.put(deliveries(1..4, 1));
        arrivals.put(deliveries(4..6, 1));
        assert_eq!(ids(&arrivals, 4).await, Some(vec![1, 2, 3, 4]));
        assert_eq!(ids(&arrivals, 4).await, Some(vec![5]));
    }

    #[tokio::test]
    async fn where_there_is_no_room_for_more_the_rest_is_left_to_the_store() {
        let all = i64::try_from(limits::ARRIVALS_WAITING).unwrap();
        let arrivals = Arrivals::default();
        arrivals.put(deliveries(0..all + 1, 1));
        // There is room again, but what comes now lies behind what was left out.
        assert_eq!(ids(&arrivals, limits::ARRIVALS_WAITING).await, Some((0..all).collect()));
        arrivals.put(deliveries(all + 1..all + 2, 1));
        assert_eq!(ids(&arrivals, 1).await, None);
        arrivals.start_over();
        arrivals.put(deliveries(all + 2..all + 3, 1));
        assert_eq!(ids(&arrivals, 1).await, Some(vec![all + 2]));
    }

    #[tokio::test]
    async fn few_large_deliveries_fill_the_room_as_well_and_leave_it_again() {
        let half = limits::ARRIVALS_WAITING_BYTES / 2;
        let arrivals = Arrivals::default();
        for round in 0..3 {
            arrivals.put(deliveries(round..round + 1, half));
            assert_eq!(ids(&arrivals, 9).await, Some(vec![round]));
        }
        arrivals.put(deliveries(3..6, half));
        assert_eq!(ids(&arrivals, 9).await, Some(vec![3, 4]));
        assert_eq!(ids(&arrivals, 9).await, None);
    }

    #[tokio::test]
    async fn who_waits_is_woken_also_for_what_only_the_store_has() {
        let arrivals = std::sync::Arc::new(Arrivals::default());
        for in_store in [false, true] {
            let waiting = tokio::spawn({
                let arrivals = std::sync::Arc::clone(&arrivals);
                async move { ids(&arrivals, 1).await }
            });
            tokio::task::yield_now().await;
            if in_store {
                arrivals.look_in_store();
            } else {
                arrivals.put(deliveries(1..2, 1));
            }
            assert_eq!(waiting.await.unwrap(), (!in_store).then(|| vec![1]));
        }
    }
}
