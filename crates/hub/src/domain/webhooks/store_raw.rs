//! Raw deliveries: persisted verbatim before they are processed.

use deskbell_channels::{Delivery, Inbound};
use deskbell_protocol::{AccountId, Millis};

use crate::live::committed::RawDelivery;
use crate::store::tables::raw_deliveries;
use crate::store::{StoreError, Tx};

/// A delivery after it was parsed.
#[derive(Debug)]
pub(crate) struct ParsedDelivery {
    /// The number of the raw delivery.
    pub(crate) delivery: i64,
    /// When the hub received it.
    pub(crate) received_at: Millis,
    /// Its items, each with its account if that is one of ours; or why it could not be parsed.
    pub(crate) items: Result<Vec<(Option<AccountId>, Inbound)>, &'static str>,
    /// Numbers of our own accounts that it contains and that may not be stored yet.
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
