//! Where passwords are looked at: a few at once, because each costs much memory and time, a bounded number
//! behind them, and nobody else.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::limits;

/// The places for passwords that are or wait to be hashed.
#[derive(Debug)]
pub(crate) struct Hashing {
    places: Arc<Semaphore>,
    turns: Arc<Semaphore>,
}

/// A place in the queue.
#[derive(Debug)]
pub(crate) struct Place(OwnedSemaphorePermit);

impl Default for Hashing {
    fn default() -> Self {
        let places = limits::HASHES_AT_ONCE.saturating_add(limits::HASHES_WAITING);
        Self {
            places: Arc::new(Semaphore::new(places)),
            turns: Arc::new(Semaphore::new(limits::HASHES_AT_ONCE)),
        }
    }
}

impl Hashing {
    /// A place in the queue; `None` if it is full.
    pub(crate) fn place(&self) -> Option<Place> {
        Arc::clone(&self.places).try_acquire_owned().ok().map(Place)
    }

    /// Does the work off the runtime once it is its turn. Work that has begun keeps its place to its end,
    /// also when nobody waits for it any more.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        place: Place,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        let turn = Arc::clone(&self.turns).acquire_owned().await.ok()?;
        let done = tokio::task::spawn_blocking(move || {
            let _until_done = (place.0, turn);
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
    async fn more_than_the_queue_holds_are_turned_away_and_there_is_room_again_later() {
        let hashing = Hashing::default();
        let mut places: Vec<_> = std::iter::from_fn(|| hashing.place()).collect();
        assert_eq!(places.len(), limits::HASHES_AT_ONCE + limits::HASHES_WAITING);
        let place = places.pop().unwrap();
        assert_eq!(hashing.run(place, || 7).await, Some(7));
        assert!(hashing.place().is_some());
    }

    #[tokio::test]
    async fn who_hangs_up_does_not_make_room_for_more_work_at_once() {
        let hashing = Arc::new(Hashing::default());
        let (begun, beginnings) = mpsc::channel();
        let (release, released) = mpsc::channel::<()>();
        let hanging_up = {
            let hashing = Arc::clone(&hashing);
            tokio::spawn(async move {
                let place = hashing.place().unwrap();
                let work = move || {
                    begun.send(()).unwrap();
                    let _released = released.recv();
                };
                hashing.run(place, work).await
            })
        };
        tokio::task::spawn_blocking(move || beginnings.recv().unwrap()).await.unwrap();
        hanging_up.abort();
        assert!(hanging_up.await.unwrap_err().is_cancelled());
        assert_eq!(hashing.turns.available_permits(), limits::HASHES_AT_ONCE - 1);
        drop(release);
        let all = u32::try_from(limits::HASHES_AT_ONCE).unwrap();
        drop(hashing.turns.acquire_many(all).await.unwrap());
    }
}
