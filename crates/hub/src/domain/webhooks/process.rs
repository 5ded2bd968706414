//! What was delivered becomes rows: many deliveries in one go, and none of them at the cost of another.

use std::collections::HashMap;

use deskbell_channels::Inbound;
use deskbell_protocol::{AccountId, Millis};

use crate::domain::accounts::health::record_account_error;
use crate::domain::contacts::address_change::change_address;
use crate::domain::messages::delivery::apply_status;
use crate::domain::messages::echo::receive_echo;
use crate::domain::messages::react::{receive_reaction, receive_revocation};
use crate::domain::messages::receive::receive;
use crate::domain::webhooks::store_raw::Read;
use crate::store::tables::accounts::{self, Account};
use crate::store::tables::raw_deliveries;
use crate::store::{StoreError, Tx};

/// How an item that fails is met.
#[derive(Clone, Copy)]
enum Isolation {
    /// Everything is undone. This is how it begins: hardly anything ever fails, and a savepoint for every item
    /// would cost more than what it guards.
    Batch,
    /// Only the item is undone, and its delivery set aside.
    PerItem,
}

/// Takes up these deliveries, each item on its own. After an error nothing of it was done; it is tried again
/// later.
pub(crate) fn process_batch(tx: &mut Tx<'_>, deliveries: &[Read], now: Millis) -> Result<(), StoreError> {
    // Nothing that is delivered changes who leads a queue.
    tx.leaders = Some(HashMap::new());
    let mut all = |care| tx.attempt(|tx| process_all(tx, deliveries, care, now));
    let done = match all(Isolation::Batch) {
        Err(error) if !error.is_passing() => all(Isolation::PerItem),
        done => done,
    };
    tx.leaders = None;
    done
}

fn process_all(tx: &mut Tx<'_>, deliveries: &[Read], care: Isolation, now: Millis) -> Result<(), StoreError> {
    let mut accounts = HashMap::new();
    for read in deliveries {
        let part = |tx: &mut Tx<'_>| process_delivery(tx, read, care, &mut accounts, now);
        if !isolate(tx, care, read.delivery, part)? {
            raw_deliveries::close(tx.conn, read.delivery, Some("could not be taken up"))?;
        }
    }
    Ok(())
}

/// Runs a part of it. Returns whether that stands; a part that failed alone was undone.
fn isolate(
    tx: &mut Tx<'_>,
    care: Isolation,
    delivery: i64,
    part: impl FnOnce(&mut Tx<'_>) -> Result<(), StoreError>,
) -> Result<bool, StoreError> {
    match care {
        Isolation::Batch => part(tx).map(|()| true),
        Isolation::PerItem => match tx.attempt(part) {
            Err(error) if !error.is_passing() => {
                tracing::warn!(delivery, %error, "a part of a delivery, or all of it, was set aside");
                Ok(false)
            }
            done => done.map(|()| true),
        },
    }
}

fn process_delivery(
    tx: &mut Tx<'_>,
    read: &Read,
    care: Isolation,
    accounts: &mut HashMap<AccountId, Account>,
    now: Millis,
) -> Result<(), StoreError> {
    let items = match &read.items {
        Ok(items) => items,
        Err(why) => return raw_deliveries::close(tx.conn, read.delivery, Some(why)).map(|_first| ()),
    };
    // It may have been taken up before an answer of ours was lost.
    if !raw_deliveries::close(tx.conn, read.delivery, None)? {
        return Ok(());
    }
    for (account, number) in &read.own_numbers {
        accounts::told_number(tx.conn, *account, number)?;
    }
    let mut left_out = 0_usize;
    for (account, item) in items {
        let account = match account {
            Some(id) => cached_account(tx, *id, accounts)?,
            None => None,
        };
        let Some(account) = account.filter(|_| !matches!(item, Inbound::SetAside { .. })) else {
            left_out = left_out.saturating_add(1);
            continue;
        };
        let part = |tx: &mut Tx<'_>| process_item(tx, account, item, read.received_at, now);
        if !isolate(tx, care, read.delivery, part)? {
            left_out = left_out.saturating_add(1);
        }
    }
    if left_out > 0 {
        let why = format!("{left_out} items could not be taken up");
        raw_deliveries::set_aside(tx.conn, read.delivery, &why)?;
    }
    Ok(())
}

/// The account, looked up once for everything that is taken up together.
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
        // Nothing is asked for, or it could not be read and was counted.
        Inbound::Ignored { .. } | Inbound::SetAside { .. } => Ok(()),
    }
}

#[cfg(test)]
mod tests;
