//! The key store: a locked or slow one is not a lost key.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use deskbell_client::api::{Alert, CacheProblem, Connection, Event};
use deskbell_client::{KeyStore, KeyStoreError, MemoryKeys};
use deskbell_protocol::ErrorCode;

use crate::support::desktop::Desktop;
use crate::support::hub::Hub;
use crate::support::people::*;

/// A key store that somebody has to unlock, or that takes its time.
#[derive(Default)]
struct MoodyKeys {
    inner: MemoryKeys,
    locked: AtomicBool,
    slow: AtomicBool,
}

impl MoodyKeys {
    fn mood(&self) -> Result<(), KeyStoreError> {
        while self.slow.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(5));
        }
        if self.locked.load(Ordering::Relaxed) { Err(KeyStoreError::Locked) } else { Ok(()) }
    }
}

impl KeyStore for MoodyKeys {
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, KeyStoreError> {
        self.mood().and_then(|()| self.inner.read(name))
    }

    fn write(&self, name: &str, value: &[u8]) -> Result<(), KeyStoreError> {
        self.mood().and_then(|()| self.inner.write(name, value))
    }

    fn delete(&self, name: &str) -> Result<(), KeyStoreError> {
        self.mood().and_then(|()| self.inner.delete(name))
    }
}

/// A desktop where Anna has left something unsent.
async fn with_something_unsent(hub: &mut Hub) -> (Desktop, Arc<MoodyKeys>) {
    hub.world().conversations = vec![detail(CARLA, vec![], 1)];
    let keys = Arc::new(MoodyKeys::default());
    let mut desk = Desktop::of(hub);
    desk.keys = keys.clone();
    let ui = desk.on().await;
    let _link = hub.live().await;
    ui.live().await;
    ui.send(CARLA, "unsent").await.unwrap();
    ui.off().await;
    (desk, keys)
}

#[tokio::test]
async fn a_locked_key_store_is_waited_for_and_nothing_is_lost() {
    let mut hub = Hub::start().await;
    let (desk, keys) = with_something_unsent(&mut hub).await;
    keys.locked.store(true, Ordering::Relaxed);
    let mut ui = desk.on().await;
    let waiting = ui.connection(|now| matches!(now, Connection::WaitingForKey { .. })).await;
    assert_eq!(waiting, Connection::WaitingForKey { why: CacheProblem::Locked });
    let error = ui.send(CARLA, "now?").await.unwrap_err();
    assert_eq!(error.code, ErrorCode::Unavailable);
    assert!(error.message.contains("locked"), "{}", error.message);

    keys.locked.store(false, Ordering::Relaxed);
    ui.engine.wake();
    ui.hears(|event| (*event == Event::Resync).then_some(())).await;
    assert_eq!(ui.waiting(CARLA).await[0].body, "unsent");
    assert!(ui.snapshot().await.alerts.is_empty());
    let _link = hub.live().await;
    ui.live().await;
}

#[tokio::test]
async fn a_slow_key_store_does_not_hold_up_the_start() {
    let mut hub = Hub::start().await;
    let (desk, keys) = with_something_unsent(&mut hub).await;
    keys.slow.store(true, Ordering::Relaxed);
    // The key store answers only once this test lets it.
    let ui = desk.on().await;
    let waiting = ui.connection(|now| matches!(now, Connection::WaitingForKey { .. })).await;
    assert_eq!(waiting, Connection::WaitingForKey { why: CacheProblem::Slow });
    keys.slow.store(false, Ordering::Relaxed);
    ui.engine.wake();
    crate::support::until("the cache", || async { !ui.snapshot().await.conversations.is_empty() }).await;
    assert_eq!(ui.waiting(CARLA).await[0].body, "unsent");
}

#[tokio::test]
async fn a_key_that_is_really_gone_begins_a_new_cache_and_says_so() {
    let mut hub = Hub::start().await;
    let (desk, keys) = with_something_unsent(&mut hub).await;
    keys.delete("cache-test-anna").unwrap();
    let ui = desk.on().await;
    crate::support::until("the alert", || async { !ui.snapshot().await.alerts.is_empty() }).await;
    let alerts = ui.snapshot().await.alerts;
    let [Alert::KeyLost { aside }] = alerts.as_slice() else { panic!("{alerts:?}") };
    assert!(std::path::Path::new(aside).exists(), "the file is kept");
    assert!(ui.waiting(CARLA).await.is_empty());
    let _link = hub.live().await;
    ui.live().await;
    assert_eq!(ui.view(CARLA).await.conversation.contact_name, "Carla", "what the hub has is back");
}
