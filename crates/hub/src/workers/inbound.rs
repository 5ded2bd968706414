//! Parses and processes stored deliveries in their order, after they were acknowledged to the provider.

use std::collections::{HashMap, HashSet};
use std::pin::pin;
use std::sync::Arc;

use deskbell_channels::{Channel, Inbound, InboundMessage, OwnAddress, own_number};
use deskbell_protocol::AccountId;
use futures_util::future::{Fuse, FusedFuture, FutureExt};

use crate::accounts::ServedAccount;
use crate::domain::webhooks::process::process_batch;
use crate::domain::webhooks::store_raw::ParsedDelivery;
use crate::limits;
use crate::live::committed::RawDelivery;
use crate::shared::Shared;
use crate::store::StoreError;
use crate::store::tables::raw_deliveries;

/// Runs until the hub closes. Deliveries that are pending then are processed after the next start.
pub(crate) async fn run(shared: Arc<Shared>) {
    let mut numbers_known = HashSet::new();
    loop {
        tokio::select! {
            () = shared.closed() => return,
            () = process_stored(&shared, &mut numbers_known) => {}
        }
        tokio::select! {
            () = shared.closed() => return,
            () = process_arriving(&shared, &mut numbers_known) => {}
        }
    }
}

/// Processes everything that is pending in the store: deliveries from before the start, and those for which the inbox
/// had no room. `numbers_known` are the accounts whose own number a delivery told since then.
async fn process_stored(shared: &Shared, numbers_known: &mut HashSet<AccountId>) {
    shared.store.fanout().inbox.reset();
    // Numbers of deliveries that were parsed but not processed were not stored.
    numbers_known.clear();
    let mut after = 0;
    loop {
        let pending = match shared
            .store
            .read(move |conn| raw_deliveries::pending(conn, after, limits::RAW_BATCH))
            .await
        {
            Ok(pending) => pending,
            Err(error) => {
                tracing::warn!(%error, "cannot read pending deliveries; will retry");
                tokio::time::sleep(limits::STORE_RETRY).await;
                continue;
            }
        };
        let Some(last) = pending.last() else { return };
        let next = last.id;
        let read = pending.iter().map(|delivery| parse(shared, delivery, numbers_known)).collect();
        match process(shared, read).await {
            Ok(()) => after = next,
            // The store is full or failing: the same deliveries are processed again later.
            Err(error) => {
                numbers_known.clear();
                wait_to_retry(&error).await;
            }
        }
    }
}

/// Processes deliveries as they arrive, and parses the next ones while the store is busy. Ends when the inbox left out
/// deliveries; the batch in progress is finished first.
async fn process_arriving(shared: &Shared, numbers_known: &mut HashSet<AccountId>) {
    let inbox = &shared.store.fanout().inbox;
    let mut ready = Vec::new();
    let mut in_progress = pin!(Fuse::terminated());
    loop {
        let room = (limits::RAW_BATCH as usize).saturating_sub(ready.len());
        tokio::select! {
            done = in_progress.as_mut(), if !in_progress.is_terminated() => {
                if let Err(error) = done {
                    return wait_to_retry(&error).await;
                }
            }
            arrived = inbox.next(room), if room > 0 => match arrived {
                Some(arrived) => {
                    ready.extend(arrived.iter().map(|delivery| parse(shared, delivery, numbers_known)));
                }
                // What is ready is still pending in the store, and is read from there.
                None => break,
            },
        }
        if in_progress.is_terminated() && !ready.is_empty() {
            in_progress.set(process(shared, std::mem::take(&mut ready)).fuse());
        }
    }
    if !in_progress.is_terminated()
        && let Err(error) = in_progress.await
    {
        wait_to_retry(&error).await;
    }
}

/// Processes what these deliveries hold, in their order. What cannot be processed is set aside.
async fn process(shared: &Shared, deliveries: Vec<ParsedDelivery>) -> Result<(), StoreError> {
    let now = shared.now();
    // The deliveries are returned so that their memory is freed here and not on the writer's thread.
    let processed =
        shared.store.write_atomic(move |tx| process_batch(tx, &deliveries, now).map(|()| deliveries)).await?;
    drop(processed);
    Ok(())
}

async fn wait_to_retry(error: &StoreError) {
    tracing::warn!(%error, "cannot process deliveries; will retry");
    tokio::time::sleep(limits::STORE_RETRY).await;
}

/// Parses one delivery, and logs which parts of it are not processed.
fn parse(shared: &Shared, raw: &RawDelivery, numbers_known: &mut HashSet<AccountId>) -> ParsedDelivery {
    let delivery = raw.id;
    let account = shared.accounts.get(raw.account);
    let parsed = account.map(|account| account.channel.parse(&raw.delivery));
    let items = match (account, parsed) {
        (Some(account), Some(Ok(items))) => Ok(assign_accounts(shared, account, raw, items)),
        (_, Some(Err(error))) => {
            tracing::warn!(delivery, %error, "a delivery was set aside");
            Err("not understood")
        }
        (..) => {
            tracing::warn!(delivery, "a delivery was set aside: its account is no longer in the settings");
            Err("of an account that is no longer in the settings")
        }
    };
    for (account, item) in items.iter().flatten() {
        match item {
            Inbound::Message(InboundMessage { trouble: Some(code), .. }) => {
                tracing::warn!(delivery, code, "the provider did not pass on all of a message");
            }
            Inbound::Ignored { what } => {
                tracing::debug!(delivery, what, "a part of a delivery needs no action");
            }
            Inbound::SetAside { what } => {
                tracing::warn!(delivery, what, "a part of a delivery could not be parsed");
            }
            _ if account.is_none() => {
                tracing::warn!(delivery, "a part of a delivery is for an account that is not ours");
            }
            _ => {}
        }
    }
    let own_numbers = account.map_or_else(Vec::new, |account| {
        new_own_numbers(shared, &*account.channel, raw, items.iter().flatten(), numbers_known)
    });
    ParsedDelivery { delivery, received_at: raw.received_at, items, own_numbers }
}

/// Returns the numbers of our own accounts that a delivery contains, except for accounts in `numbers_known`, to which
/// they are added.
fn new_own_numbers<'i>(
    shared: &Shared,
    channel: &dyn Channel,
    raw: &RawDelivery,
    items: impl Iterator<Item = &'i (Option<AccountId>, Inbound)>,
    numbers_known: &mut HashSet<AccountId>,
) -> Vec<(AccountId, String)> {
    let about: HashSet<_> = items
        .filter_map(|(account, _)| *account)
        .filter(|account| !numbers_known.contains(account))
        .collect();
    if about.is_empty() {
        return Vec::new();
    }
    let number = |OwnAddress { address, number }: OwnAddress| {
        let is_at =
            |id: &&AccountId| shared.accounts.get(**id).is_some_and(|it| it.channel.address() == address);
        let account = about.iter().find(is_at)?;
        Some((*account, own_number(&format!("+{number}"))?))
    };
    let numbers: Vec<_> = channel.own_addresses(&raw.delivery).into_iter().filter_map(number).collect();
    numbers_known.extend(numbers.iter().map(|(account, _)| *account));
    numbers
}

/// Assigns each item to the account it is about. A provider may know one webhook for several accounts: an item in
/// a delivery to one of them belongs to another one if the signature is valid for that one too.
fn assign_accounts(
    shared: &Shared,
    delivered_to: &ServedAccount,
    raw: &RawDelivery,
    items: Vec<Inbound>,
) -> Vec<(Option<AccountId>, Inbound)> {
    let mut known: HashMap<String, Option<AccountId>> = HashMap::new();
    let signed_for = |account: &&ServedAccount| {
        account.id == raw.account
            || account.channel.webhook().is_some_and(|webhook| webhook.verify(&raw.delivery).is_ok())
    };
    let mut account_of = |address: &str| {
        // An item without an address is about the account that it was delivered to.
        if address.is_empty() {
            return Some(raw.account);
        }
        if let Some(account) = known.get(address) {
            return *account;
        }
        let account = shared.accounts.at_address(delivered_to.channel.kind(), address, raw.account);
        let account = account.filter(signed_for).map(|account| account.id);
        known.insert(address.to_owned(), account);
        account
    };
    items.into_iter().map(|item| (account_of(item.account_address()), item)).collect()
}
