//! Reading from the hub by HTTP what its log does not bring: the snapshot when the log cannot be continued,
//! and what a grant makes readable.

mod backfill;
mod error;
mod snapshot;

pub(crate) use backfill::backfill;
pub(crate) use error::SyncError;
pub(crate) use snapshot::read_snapshot;
