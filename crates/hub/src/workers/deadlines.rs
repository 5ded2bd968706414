//! Sleeps until the next deadline and runs the work of those that are due.

use std::sync::Arc;

use crate::domain::deadlines::run_due_deadlines;
use crate::limits;
use crate::shared::Shared;
use crate::store::tables::deadlines;

/// By how much the clock may be set back before deadlines are moved, in milliseconds. Time services make small steps.
const TOLERATED_STEP_MS: i64 = 1_000;

/// Runs until the hub closes.
pub(crate) async fn run(shared: Arc<Shared>) {
    let retention = shared.settings.retention();
    let mut latest = shared.now();
    loop {
        let now = shared.now();
        let back = latest.since(now);
        if back <= TOLERATED_STEP_MS {
            latest = now;
        } else if let Err(error) = shared.store.write(move |tx| deadlines::move_earlier(tx.conn, back)).await
        {
            tracing::warn!(%error, "cannot move the deadlines after the clock was set back; will retry");
        } else {
            tracing::warn!(back_ms = back, "the clock was set back; moved the deadlines by as much");
            latest = now;
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
        if let Err(error) = shared.store.write(move |tx| run_due_deadlines(tx, now, retention)).await {
            tracing::warn!(%error, "cannot run the due deadlines; will retry");
            tokio::time::sleep(limits::STORE_RETRY).await;
        }
    }
}
