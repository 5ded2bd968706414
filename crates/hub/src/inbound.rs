//! Takes up what providers delivered, in the order it came, after it was stored and answered.

use std::sync::Arc;

use deskbell_connectors::whatsapp;
use futures_util::future::join_all;

use crate::limits;
use crate::server::Shared;
use crate::store::{RawDelivery, StoreError};

/// Runs until the hub closes. What is pending then is taken up at the next start.
pub(crate) async fn run(shared: Arc<Shared>) {
    loop {
        tokio::select! {
            () = shared.closed() => return,
            () = take_up_all(&shared) => {}
        }
        tokio::select! {
            () = shared.closed() => return,
            () = shared.store.fanout().raw.notified() => {}
        }
    }
}

/// Takes up everything that is pending, and what comes meanwhile.
async fn take_up_all(shared: &Shared) {
    let mut after = 0;
    loop {
        let pending = match shared.store.pending_raw(after).await {
            Ok(pending) => pending,
            Err(error) => {
                tracing::warn!(%error, "deliveries cannot be read now");
                tokio::time::sleep(limits::STORE_RETRY).await;
                continue;
            }
        };
        let Some(last) = pending.last() else { return };
        let next = last.id;
        // Handed over in order and committed together.
        let taken = join_all(pending.into_iter().map(|delivery| take_up(shared, delivery))).await;
        if taken.iter().all(Result::is_ok) {
            after = next;
        } else {
            // The store is full or failing: the same deliveries again, a little later.
            tokio::time::sleep(limits::STORE_RETRY).await;
        }
    }
}

/// Takes up one delivery; what cannot be understood is set aside. An error means: again later.
async fn take_up(shared: &Shared, delivery: RawDelivery) -> Result<(), StoreError> {
    let RawDelivery { id, account, body, received_at } = delivery;
    let stored = match whatsapp::parse(&body) {
        Ok(items) => {
            let now = shared.now();
            shared.store.take_up(id, account, items, received_at, now).await.map(|_set_aside| ())
        }
        Err(error) => {
            tracing::warn!(delivery = id, %error, "a delivery was set aside");
            shared.store.set_aside(id, "not understood").await
        }
    };
    match stored {
        Err(error) if !error.is_passing() => {
            tracing::warn!(delivery = id, %error, "a delivery was set aside");
            shared.store.set_aside(id, "could not be taken up").await
        }
        other => other,
    }
}
