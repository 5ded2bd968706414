//! Queries of clients: synchronization, history, and cursors between pages.

pub(crate) mod cursors;
pub(crate) mod history;
pub(crate) mod sync;
