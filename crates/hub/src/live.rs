//! Delivery of committed changes to connected sessions and background workers. Nothing here is persisted.

pub(crate) mod committed;
pub(crate) mod dirty_set;
pub(crate) mod fanout;
pub(crate) mod inbox;
pub(crate) mod viewers;
