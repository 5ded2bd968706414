//! Posts messages to providers: claims them from the store, posts them, and stores the outcome.

use std::sync::Arc;

use deskbell_channels::{Credentials, SendOutcome};
use deskbell_clock::SharedClock;
use deskbell_protocol::{FailureClass, Millis};
use tokio::task::JoinSet;

use crate::domain::accounts::health::apply_probe;
use crate::domain::messages::claim::{Claimed, claim_due};
use crate::domain::messages::delivery::{AttemptResult, settle_attempt};
use crate::limits;
use crate::shared::Shared;
use crate::store::StoreError;
use crate::store::tables::{account_health, outbound};
use crate::workers::throughput::Throughput;

/// Posts messages until the hub closes; then waits for the posts in progress.
pub(crate) async fn run(shared: Arc<Shared>) {
    let mut posts: JoinSet<()> = JoinSet::new();
    let mut throughput = Throughput::of(&shared.settings);
    loop {
        let now = shared.now();
        let room = limits::POSTS_AT_ONCE.saturating_sub(posts.len());
        let claimed = if room == 0 {
            Ok(Vec::new())
        } else {
            {
                let allowed = throughput.allowed(now);
                shared.store.write(move |tx| claim_due(tx, now, room, &allowed)).await
            }
        };
        match claimed {
            Ok(claimed) => {
                for message in claimed {
                    throughput.count_post(message.account, now);
                    posts.spawn(post(Arc::clone(&shared), message));
                }
            }
            Err(error) => {
                tracing::warn!(%error, "cannot claim messages; will retry");
                tokio::time::sleep(limits::STORE_RETRY).await;
            }
        }
        let due = shared.store.read(outbound::next_due).await.map(|due| {
            let free = |(account, at)| throughput.free_at(account, at, now);
            due.into_iter().map(free).min()
        });
        let full = posts.len() >= limits::POSTS_AT_ONCE;
        tokio::select! {
            () = shared.closed() => break,
            () = shared.store.fanout().outbound.notified() => {}
            Some(_done) = posts.join_next(), if !posts.is_empty() => {}
            () = sleep_until_due(&shared.clock.0, due), if !full => {}
        }
    }
    while posts.join_next().await.is_some() {}
}

/// Probes the providers of paused accounts until the hub closes.
pub(crate) async fn probe(shared: Arc<Shared>) {
    loop {
        let next = shared.store.read(account_health::next_probe).await;
        tokio::select! {
            () = shared.closed() => return,
            () = shared.store.fanout().probes.notified() => continue,
            () = sleep_until_due(&shared.clock.0, next) => {}
        }
        let now = shared.now();
        let again = now.plus(limits::PROBE_EVERY_MS);
        let due = match shared.store.write(move |tx| account_health::take_probes(tx.conn, now, again)).await {
            Ok(due) => due,
            Err(error) => {
                tracing::warn!(%error, "cannot claim the probes of accounts; will retry");
                tokio::time::sleep(limits::STORE_RETRY).await;
                continue;
            }
        };
        for account in due {
            let credentials = match shared.accounts.get(account) {
                Some(account) => tokio::select! {
                    credentials = account.channel.sink().check_credentials() => credentials,
                    () = shared.closed() => return,
                },
                // The account is no longer in the settings; its messages fail when they are posted.
                None => Credentials::Accepted,
            };
            let now = shared.now();
            if let Err(error) = shared.store.write(move |tx| apply_probe(tx, account, credentials, now)).await
            {
                tracing::warn!(%error, "cannot store the result of a probe");
            }
        }
    }
}

/// Sleeps until `due`, or for a short time if that could not be read; forever if nothing is due.
async fn sleep_until_due(clock: &SharedClock, due: Result<Option<Millis>, StoreError>) {
    match due {
        Ok(Some(due)) => tokio::select! {
            () = clock.sleep_until(due.0) => {}
            // The clock may be set back during the sleep, and then the due time is wrong.
            () = tokio::time::sleep(limits::CLOCK_CHECK_INTERVAL) => {}
        },
        Ok(None) => std::future::pending().await,
        Err(error) => {
            tracing::warn!(%error, "cannot read when the next message is due; will retry");
            tokio::time::sleep(limits::STORE_RETRY).await;
        }
    }
}

async fn post(shared: Arc<Shared>, claimed: Claimed) {
    let account = shared.accounts.get(claimed.account);
    let barred_alone = account.map(|account| account.channel.sink().barred_alone());
    let outcome = match account {
        Some(account) => account.channel.sink().send(&claimed.outbound).await,
        None => SendOutcome::Refused(account_is_gone()),
    };
    if let SendOutcome::Refused(failure) = &outcome
        && failure.class == Some(FailureClass::Template)
    {
        // The list of templates is out of date.
        shared.templates.invalidate(claimed.account).await;
    }
    // The outcome must not be lost while the disk is full.
    loop {
        let (message, now) = (claimed.message, shared.now());
        let result = AttemptResult {
            attempt: claimed.attempt,
            outcome: outcome.clone(),
            barred_alone: barred_alone.clone(),
        };
        match shared.store.write(move |tx| settle_attempt(tx, message, result, now)).await {
            Err(error) if error.is_transient() && !*shared.closing.borrow() => {
                tokio::time::sleep(limits::STORE_RETRY).await;
            }
            Err(error) => {
                tracing::error!(%error, "cannot store the outcome of a post");
                return;
            }
            Ok(()) => return,
        }
    }
}

fn account_is_gone() -> deskbell_protocol::Failure {
    deskbell_protocol::Failure {
        reason: "hub.no_account".to_owned(),
        sentence: "The business number of this conversation is no longer set up. The message was not sent."
            .to_owned(),
        remedy: deskbell_protocol::Remedy::TellAdministrator,
        class: Some(FailureClass::Account),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use deskbell_clock::HandClock;

    use super::*;

    #[tokio::test]
    async fn a_failed_read_of_the_store_does_not_stop_posting() {
        let clock = HandClock::at(1_790_000_000_000).shared();
        let again =
            tokio::time::timeout(Duration::from_secs(20), sleep_until_due(&clock, Err(StoreError::Closed)))
                .await;
        assert!(again.is_ok(), "the store is not read again");
    }
}
