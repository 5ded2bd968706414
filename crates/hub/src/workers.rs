//! Background tasks. Each runs until the hub closes.

pub(crate) mod deadlines;
pub(crate) mod inbound;
pub(crate) mod outbound;
pub(crate) mod read_receipts;
pub(crate) mod templates;
pub(crate) mod throughput;
