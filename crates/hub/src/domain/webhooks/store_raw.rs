//! What providers deliver, kept as it came until it is taken up.

use deskbell_channels::{Delivery, Inbound};
use deskbell_protocol::{AccountId, Millis};

use crate::live::committed::RawDelivery;
use crate::store::tables::raw_deliveries;
use crate::store::{StoreError, Tx};

/// A delivery that was read.
#[derive(Debug)]
pub(crate) struct ParsedDelivery {
    pub(crate) delivery: i64,
    pub(crate) received_at: Millis,
    /// What it holds, each with the account it belongs to, if that is one of ours; else why it is not
    /// understood.
    pub(crate) items: Result<Vec<(Option<AccountId>, Inbound)>, &'static str>,
    /// What it tells of our own numbers, where that is news.
    pub(crate) own_numbers: Vec<(AccountId, String)>,
}

/// Persists a provider's delivery verbatim. Once this is committed, nothing of it can be lost.
pub(crate) fn store_raw(
    tx: &mut Tx<'_>,
    account: AccountId,
    delivery: Delivery,
    now: Millis,
) -> Result<(), StoreError> {
    let id = raw_deliveries::insert(tx.conn, account, &delivery, now)?;
    tx.wake.deliveries.push(RawDelivery { id, account, received_at: now, delivery });
    Ok(())
}
