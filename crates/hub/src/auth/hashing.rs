//! The queue for hashing passwords. A few are hashed at once, because each costs much memory and time; a
//! bounded number waits, and more are refused.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::limits;

/// The slots for passwords that are hashed or wait to be hashed.
#[derive(Debug)]
pub(crate) struct HashQueue {
    slots: Arc<Semaphore>,
    running: Arc<Semaphore>,
}

/// A reserved slot in the queue. Dropping it frees the slot.
#[derive(Debug)]
pub(crate) struct HashSlot(OwnedSemaphorePermit);

impl Default for HashQueue {
    fn default() -> Self {
        let slots = limits::HASHES_AT_ONCE.saturating_add(limits::HASHES_WAITING);
        Self {
            slots: Arc::new(Semaphore::new(slots)),
            running: Arc::new(Semaphore::new(limits::HASHES_AT_ONCE)),
        }
    }
}

impl HashQueue {
    /// Reserves a slot; `None` if the queue is full.
    pub(crate) fn try_reserve(&self) -> Option<HashSlot> {
        Arc::clone(&self.slots).try_acquire_owned().ok().map(HashSlot)
    }

    /// Runs `work` on a blocking thread once it is its turn; `None` if it panicked. Work that has begun keeps its
    /// slot until it ends, even if the caller stops waiting.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        slot: HashSlot,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        let permit = Arc::clone(&self.running).acquire_owned().await.ok()?;
        let done = tokio::task::spawn_blocking(move || {
            let _until_done = (slot.0, permit);
            work()
        });
        done.await.ok()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn a_full_queue_refuses_and_has_room_again_later() {
        let queue = HashQueue::default();
        let mut slots: Vec<_> = std::iter::from_fn(|| queue.try_reserve()).collect();
        assert_eq!(slots.len(), limits::HASHES_AT_ONCE + limits::HASHES_WAITING);
        let slot = slots.pop().unwrap();
        assert_eq!(queue.run(slot, || 7).await, Some(7));
        assert!(queue.try_reserve().is_some());
    }

    #[tokio::test]
    async fn a_caller_who_hangs_up_frees_no_slot_before_the_work_ends() {
        let queue = Arc::new(HashQueue::default());
        let (begun, beginnings) = mpsc::channel();
        let (release, released) = mpsc::channel::<()>();
        let caller = {
            let queue = Arc::clone(&queue);
            tokio::spawn(async move {
                let slot = queue.try_reserve().unwrap();
                let work = move || {
                    begun.send(()).unwrap();
                    let _released = released.recv();
                };
                queue.run(slot, work).await
            })
        };
        tokio::task::spawn_blocking(move || beginnings.recv().unwrap()).await.unwrap();
        caller.abort();
        assert!(caller.await.unwrap_err().is_cancelled());
        assert_eq!(queue.running.available_permits(), limits::HASHES_AT_ONCE - 1);
        drop(release);
        let all = u32::try_from(limits::HASHES_AT_ONCE).unwrap();
        drop(queue.running.acquire_many(all).await.unwrap());
    }
}
