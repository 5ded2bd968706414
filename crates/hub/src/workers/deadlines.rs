//! One task sleeps until the next deadline and has the store do what is due.

use std::sync::Arc;

use crate::domain::deadlines::run_due_deadlines;
use crate::limits;
use crate::shared::Shared;
use crate::store::tables::deadlines;

/// By how much the clock may go back without anybody caring, in milliseconds: time services do that.
const A_LITTLE_MS: i64 = 1_000;

/// Runs until the hub closes.
pub(crate) async fn run(shared: Arc<Shared>) {
    let keep = shared.settings.retention();
    let mut seen = shared.now();
    loop {
        let now = shared.now();
        let back = seen.since(now);
        if back <= A_LITTLE_MS {
            seen = now;
        } else if let Err(error) = shared.store.write(move |tx| deadlines::move_earlier(tx.conn, back)).await
        {
            tracing::warn!(%error, "the deadlines could not be brought back to the clock; it is tried again");
        } else {
            tracing::warn!(back_ms = back, "the clock was set back; what is due comes with it");
            seen = now;
        }
        let next = shared.store.read(deadlines::next).await;
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
            () = tokio::time::sleep(limits::CLOCK_CHECK_INTERVAL) => continue,
            () = due => {}
        }
        if let Err(error) = shared.store.write(move |tx| run_due_deadlines(tx, now, keep)).await {
            tracing::warn!(%error, "what is due cannot be done now; it is tried again");
            tokio::time::sleep(limits::STORE_RETRY).await;
        }
    }
}
