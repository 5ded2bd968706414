//! The hub's clock, as far as this desktop knows it.

use deskbell_clock::SharedClock;
use deskbell_protocol::Millis;
use tokio::sync::watch;

/// The hub's clock: this desktop's clock plus the difference that the hub told last. Before the first
/// connection the difference counts as none.
pub(crate) struct HubClock {
    clock: SharedClock,
    /// The hub's clock minus this desktop's, in milliseconds.
    offset: watch::Sender<i64>,
}

impl HubClock {
    pub(crate) fn new(clock: SharedClock) -> Self {
        Self { clock, offset: watch::Sender::new(0) }
    }

    /// The time at the hub.
    pub(crate) fn now(&self) -> Millis {
        Millis(self.clock.now()).plus(*self.offset.borrow())
    }

    pub(crate) fn set_offset(&self, offset: i64) {
        self.offset.send_if_modified(|known| std::mem::replace(known, offset) != offset);
    }

    /// Tells when the difference changes.
    pub(crate) fn offsets(&self) -> watch::Receiver<i64> {
        self.offset.subscribe()
    }

    /// Sleeps until this time at the hub, by the difference that is known now.
    pub(crate) async fn sleep_until(&self, at: Millis) {
        let offset = *self.offset.borrow();
        self.clock.sleep_until(at.plus(offset.saturating_neg()).0).await;
    }
}
