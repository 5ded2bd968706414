//! One task sleeps until the next deadline and has the store do what is due.

use std::sync::Arc;

use crate::limits;
use crate::server::Shared;

/// Runs until the hub closes.
pub(crate) async fn run(shared: Arc<Shared>) {
    let keep = shared.settings.keep();
    loop {
        let next = shared.store.next_deadline().await;
        let changed = shared.store.fanout().deadlines.notified();
        let due = async {
            match &next {
                Ok(Some(due)) => shared.clock.0.sleep_until(due.0).await,
                Ok(None) => std::future::pending().await,
                Err(_unreadable) => tokio::time::sleep(limits::STORE_RETRY).await,
            }
        };
        tokio::select! {
            () = shared.closed() => return,
            () = changed => continue,
            () = due => {}
        }
        if let Err(error) = shared.store.run_due(shared.now(), keep).await {
            tracing::warn!(%error, "what is due cannot be done now; it is tried again");
            tokio::time::sleep(limits::STORE_RETRY).await;
        }
    }
}
