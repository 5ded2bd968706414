//! What clients read: synchronisation, history, and the cursors between pages.

pub(crate) mod cursors;
pub(crate) mod history;
pub(crate) mod sync;
