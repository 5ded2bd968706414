//! What providers deliver, kept as it came until it is taken up.

use deskbell_channels::Inbound;
use deskbell_protocol::{AccountId, Millis};

use super::Store;
use super::error::StoreError;
use super::tables::raw_deliveries::{self, RawDelivery};
use crate::limits;

/// A delivery that was read.
#[derive(Debug)]
pub(crate) struct Read {
    pub(crate) delivery: i64,
    pub(crate) received_at: Millis,
    /// What it holds, each with the account it belongs to, if that is one of ours; else why it is not
    /// understood.
    pub(crate) items: Result<Vec<(Option<AccountId>, Inbound)>, &'static str>,
    /// What it tells of our own numbers, where that is news.
    pub(crate) own_numbers: Vec<(AccountId, String)>,
}

impl Store {
    /// Keeps a provider's delivery as it came. After this it is safe.
    pub(crate) async fn keep_raw(
        &self,
        account: AccountId,
        body: axum::body::Bytes,
        signature: String,
        now: Millis,
    ) -> Result<(), StoreError> {
        self.write_whole(move |writing| {
            let id = raw_deliveries::insert(writing.conn, account, &body, &signature, now)?;
            writing.wake.arrived.push(RawDelivery { id, account, received_at: now, body, signature });
            Ok(())
        })
        .await
    }

    pub(crate) async fn pending_raw(&self, after: i64) -> Result<Vec<RawDelivery>, StoreError> {
        self.read(move |conn| raw_deliveries::pending(conn, after, limits::RAW_AT_ONCE)).await
    }

    /// Takes up what these deliveries hold, in their order. What cannot be taken up is set aside.
    pub(crate) async fn take_up(&self, deliveries: Vec<Read>, now: Millis) -> Result<(), StoreError> {
        // What was taken up is handed back, for its memory to be freed here: others wait for the writer.
        let taken_up =
            self.write_whole(move |writing| writing.take_up(&deliveries, now).map(|()| deliveries)).await?;
        drop(taken_up);
        Ok(())
    }

    /// How many deliveries could not be taken up and wait for a person to look at them.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    pub async fn count_set_aside(&self) -> Result<i64, StoreError> {
        self.read(raw_deliveries::count_set_aside).await
    }
}
