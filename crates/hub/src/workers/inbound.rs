//! Takes up what providers delivered, in the order it came, after it was stored and answered.

use std::collections::{HashMap, HashSet};
use std::pin::pin;
use std::sync::Arc;

use deskbell_channels::{Inbound, InboundMessage, OwnAddress, whatsapp};
use deskbell_protocol::AccountId;
use futures_util::future::{Fuse, FusedFuture, FutureExt};

use crate::domain::webhooks::process::process_batch;
use crate::domain::webhooks::store_raw::Read;
use crate::limits;
use crate::live::committed::RawDelivery;
use crate::settings::AccountSettings;
use crate::shared::Shared;
use crate::store::StoreError;
use crate::store::tables::raw_deliveries;

/// Runs until the hub closes. What is pending then is taken up at the next start.
pub(crate) async fn run(shared: Arc<Shared>) {
    let mut heard_of = HashSet::new();
    loop {
        tokio::select! {
            () = shared.closed() => return,
            () = take_up_stored(&shared, &mut heard_of) => {}
        }
        tokio::select! {
            () = shared.closed() => return,
            () = take_up_arriving(&shared, &mut heard_of) => {}
        }
    }
}

/// Takes up everything that is pending in the store: what an earlier life of the hub left, and what was left out
/// of those that arrive. `heard_of` are the accounts whose number was told since then.
async fn take_up_stored(shared: &Shared, heard_of: &mut HashSet<AccountId>) {
    shared.store.fanout().arrivals.start_over();
    // What was read and not stored told nobody anything.
    heard_of.clear();
    let mut after = 0;
    loop {
        let pending = match shared
            .store
            .read(move |conn| raw_deliveries::pending(conn, after, limits::RAW_AT_ONCE))
            .await
        {
            Ok(pending) => pending,
            Err(error) => {
                tracing::warn!(%error, "deliveries cannot be read now");
                tokio::time::sleep(limits::STORE_RETRY).await;
                continue;
            }
        };
        let Some(last) = pending.last() else { return };
        let next = last.id;
        let read = pending.iter().map(|delivery| read(shared, delivery, heard_of)).collect();
        match process(shared, read).await {
            Ok(()) => after = next,
            // The store is full or failing: the same deliveries again, a little later.
            Err(error) => {
                heard_of.clear();
                put_off(&error).await;
            }
        }
    }
}

/// Takes up deliveries as they arrive, and reads the next while the store is busy with those before. Ends when
/// there is something in the store that did not come this way; what was begun is finished then.
async fn take_up_arriving(shared: &Shared, heard_of: &mut HashSet<AccountId>) {
    let arrivals = &shared.store.fanout().arrivals;
    let mut ready = Vec::new();
    let mut under_way = pin!(Fuse::terminated());
    loop {
        let room = (limits::RAW_AT_ONCE as usize).saturating_sub(ready.len());
        tokio::select! {
            done = under_way.as_mut(), if !under_way.is_terminated() => {
                if let Err(error) = done {
                    return put_off(&error).await;
                }
            }
            arrived = arrivals.next(room), if room > 0 => match arrived {
                Some(arrived) => {
                    ready.extend(arrived.iter().map(|delivery| read(shared, delivery, heard_of)));
                }
                // What is ready is still pending in the store, before what was left out.
                None => break,
            },
        }
        if under_way.is_terminated() && !ready.is_empty() {
            under_way.set(process(shared, std::mem::take(&mut ready)).fuse());
        }
    }
    if !under_way.is_terminated()
        && let Err(error) = under_way.await
    {
        put_off(&error).await;
    }
}

/// Processes what these deliveries hold, in their order. What cannot be processed is set aside.
async fn process(shared: &Shared, deliveries: Vec<Read>) -> Result<(), StoreError> {
    let now = shared.now();
    // They are handed back, for their memory to be freed here: others wait for the writer.
    let processed =
        shared.store.write_whole(move |tx| process_batch(tx, &deliveries, now).map(|()| deliveries)).await?;
    drop(processed);
    Ok(())
}

async fn put_off(error: &StoreError) {
    tracing::warn!(%error, "deliveries cannot be taken up now");
    tokio::time::sleep(limits::STORE_RETRY).await;
}

/// Reads one delivery, and says in the log what of it will be missing.
fn read(shared: &Shared, raw: &RawDelivery, heard_of: &mut HashSet<AccountId>) -> Read {
    let delivery = raw.id;
    let items = match whatsapp::parse(&raw.body) {
        Ok(items) => Ok(addressed(shared, raw, items)),
        Err(error) => {
            tracing::warn!(delivery, %error, "a delivery was set aside");
            Err("not understood")
        }
    };
    for (account, item) in items.iter().flatten() {
        match item {
            Inbound::Message(InboundMessage { trouble: Some(code), .. }) => {
                tracing::warn!(delivery, code, "the provider did not pass on all of a message");
            }
            Inbound::Ignored { what } => {
                tracing::debug!(delivery, what, "a part of a delivery asks for nothing");
            }
            Inbound::SetAside { what } => {
                tracing::warn!(delivery, what, "a part of a delivery could not be read");
            }
            _ if account.is_none() => {
                tracing::warn!(delivery, "a part of a delivery is for an account that is not ours");
            }
            _ => {}
        }
    }
    let own_numbers = news_of_own_numbers(shared, raw, items.iter().flatten(), heard_of);
    Read { delivery, received_at: raw.received_at, items, own_numbers }
}

/// What a delivery tells of those of our own numbers that were not told yet.
fn news_of_own_numbers<'i>(
    shared: &Shared,
    raw: &RawDelivery,
    items: impl Iterator<Item = &'i (Option<AccountId>, Inbound)>,
    heard_of: &mut HashSet<AccountId>,
) -> Vec<(AccountId, String)> {
    let about: HashSet<_> =
        items.filter_map(|(account, _)| *account).filter(|account| !heard_of.contains(account)).collect();
    if about.is_empty() {
        return Vec::new();
    }
    let number = |OwnAddress { address, number }: OwnAddress| {
        let is_at = |id: &&AccountId| shared.connectors.get(**id).is_some_and(|it| it.address == address);
        let account = about.iter().find(is_at)?;
        Some((*account, AccountSettings::own_number(&format!("+{number}"))?))
    };
    let told: Vec<_> = whatsapp::own_addresses(&raw.body).into_iter().filter_map(number).collect();
    heard_of.extend(told.iter().map(|(account, _)| *account));
    told
}

/// Gives each item to the account it is about. The provider knows one address for all numbers of an app: what
/// is brought to one may be another's, if that one believes the signature too.
fn addressed(
    shared: &Shared,
    delivery: &RawDelivery,
    items: Vec<Inbound>,
) -> Vec<(Option<AccountId>, Inbound)> {
    let mut known: HashMap<String, Option<AccountId>> = HashMap::new();
    let mut account_of = |address: &str| {
        // A delivery that does not say whose it is, is the account's that it was brought to.
        if address.is_empty() {
            return Some(delivery.account);
        }
        if let Some(account) = known.get(address) {
            return *account;
        }
        let account = shared.connectors.at_address(address, delivery.account).filter(|account| {
            account.id == delivery.account
                || whatsapp::verify_signature(&delivery.body, Some(&delivery.signature), &account.app_secrets)
                    .is_ok()
        });
        let account = account.map(|account| account.id);
        known.insert(address.to_owned(), account);
        account
    };
    let address_of = |item: &Inbound| match item {
        Inbound::Message(it) => it.account_address.clone(),
        Inbound::Echo(it) => it.account_address.clone(),
        Inbound::Status(it) => it.account_address.clone(),
        Inbound::Reaction(it) => it.account_address.clone(),
        Inbound::Revoked(it) => it.account_address.clone(),
        Inbound::AddressChanged(it) => it.account_address.clone(),
        Inbound::AccountError { account_address, .. } => account_address.clone(),
        Inbound::Ignored { .. } | Inbound::SetAside { .. } => String::new(),
    };
    items.into_iter().map(|item| (account_of(&address_of(&item)), item)).collect()
}
