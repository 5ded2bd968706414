//! Processing of parsed deliveries: many in one transaction, without one that fails undoing the others.

use std::collections::HashMap;

use deskbell_channels::Inbound;
use deskbell_protocol::{AccountId, Millis};

use crate::domain::accounts::health::record_account_error;
use crate::domain::contacts::address_change::change_address;
use crate::domain::messages::delivery::apply_status;
use crate::domain::messages::echo::receive_echo;
use crate::domain::messages::react::{receive_reaction, receive_revocation};
use crate::domain::messages::receive::receive;
use crate::domain::webhooks::store_raw::ParsedDelivery;
use crate::store::tables::accounts::{self, Account};
use crate::store::tables::raw_deliveries;
use crate::store::{StoreError, Tx};

/// How much is undone when an item fails.
#[derive(Clone, Copy)]
enum Isolation {
    /// The whole batch. It is tried first, because failures are rare and a savepoint for every item is expensive.
    Batch,
    /// Only the item; its delivery is set aside.
    PerItem,
}

/// Processes a batch of deliveries. An item that can never be stored is set aside without affecting the others.
///
/// # Errors
///
/// If the store cannot be written for the moment; then nothing was done and the batch is to be repeated.
pub(crate) fn process_batch(
    tx: &mut Tx<'_>,
    deliveries: &[ParsedDelivery],
    now: Millis,
) -> Result<(), StoreError> {
    // No delivery changes who leads a queue, so the leaders are looked up once for the batch.
    tx.leaders = Some(HashMap::new());
    let mut run = |isolation| tx.attempt(|tx| process_all(tx, deliveries, isolation, now));
    let done = match run(Isolation::Batch) {
        Err(error) if !error.is_transient() => run(Isolation::PerItem),
        done => done,
    };
    tx.leaders = None;
    done
}

fn process_all(
    tx: &mut Tx<'_>,
    deliveries: &[ParsedDelivery],
    isolation: Isolation,
    now: Millis,
) -> Result<(), StoreError> {
    let mut accounts = HashMap::new();
    for read in deliveries {
        let part = |tx: &mut Tx<'_>| process_delivery(tx, read, isolation, &mut accounts, now);
        if !isolate(tx, isolation, read.delivery, part)? {
            raw_deliveries::close(tx.conn, read.delivery, Some("could not be processed"))?;
        }
    }
    Ok(())
}

/// Runs a part of the batch. Returns whether it succeeded; with [`Isolation::PerItem`], a part that failed was undone.
fn isolate(
    tx: &mut Tx<'_>,
    isolation: Isolation,
    delivery: i64,
    part: impl FnOnce(&mut Tx<'_>) -> Result<(), StoreError>,
) -> Result<bool, StoreError> {
    match isolation {
        Isolation::Batch => part(tx).map(|()| true),
        Isolation::PerItem => match tx.attempt(part) {
            Err(error) if !error.is_transient() => {
                tracing::warn!(delivery, %error, "a delivery or an item of it was set aside");
                Ok(false)
            }
            done => done.map(|()| true),
        },
    }
}

fn process_delivery(
    tx: &mut Tx<'_>,
    read: &ParsedDelivery,
    isolation: Isolation,
    accounts: &mut HashMap<AccountId, Account>,
    now: Millis,
) -> Result<(), StoreError> {
    let items = match &read.items {
        Ok(items) => items,
        Err(why) => return raw_deliveries::close(tx.conn, read.delivery, Some(why)).map(|_first| ()),
    };
    // A delivery that was processed before is skipped.
    if !raw_deliveries::close(tx.conn, read.delivery, None)? {
        return Ok(());
    }
    for (account, number) in &read.own_numbers {
        accounts::set_reported_number(tx.conn, *account, number)?;
    }
    let mut skipped = 0_usize;
    for (account, item) in items {
        let account = match account {
            Some(id) => cached_account(tx, *id, accounts)?,
            None => None,
        };
        let Some(account) = account.filter(|_| !matches!(item, Inbound::SetAside { .. })) else {
            skipped = skipped.saturating_add(1);
            continue;
        };
        let part = |tx: &mut Tx<'_>| process_item(tx, account, item, read.received_at, now);
        if !isolate(tx, isolation, read.delivery, part)? {
            skipped = skipped.saturating_add(1);
        }
    }
    if skipped > 0 {
        let why = format!("{skipped} items could not be processed");
        raw_deliveries::set_aside(tx.conn, read.delivery, &why)?;
    }
    Ok(())
}

/// Returns the account, which is looked up once for the batch.
fn cached_account<'a>(
    tx: &Tx<'_>,
    id: AccountId,
    known: &'a mut HashMap<AccountId, Account>,
) -> Result<Option<&'a Account>, StoreError> {
    if !known.contains_key(&id)
        && let Some(account) = accounts::by_id(tx.conn, id)?
    {
        known.insert(id, account);
    }
    Ok(known.get(&id))
}

fn process_item(
    tx: &mut Tx<'_>,
    account: &Account,
    item: &Inbound,
    received_at: Millis,
    now: Millis,
) -> Result<(), StoreError> {
    match item {
        Inbound::Message(message) => receive(tx, account, message, received_at, now),
        Inbound::Echo(echo) => receive_echo(tx, account, echo, received_at, now),
        Inbound::Status(status) => apply_status(tx, account, status, now),
        Inbound::Reaction(reaction) => receive_reaction(tx, account, reaction, received_at, now),
        Inbound::Revoked(revocation) => receive_revocation(tx, account, revocation, now),
        Inbound::AddressChanged(change) => change_address(tx, account, change, now),
        Inbound::AccountError { failure, .. } => record_account_error(tx, account, failure, now),
        // An ignored item needs no work; one that could not be parsed was counted by the caller.
        Inbound::Ignored { .. } | Inbound::SetAside { .. } => Ok(()),
    }
}

#[cfg(test)]
mod tests;
