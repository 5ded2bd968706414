//! Messages: received, sent, claimed for posting, and what becomes of them.

pub(crate) mod barrier;
pub(crate) mod claim;
pub(crate) mod delivery;
pub(crate) mod echo;
pub(crate) mod react;
pub(crate) mod read_receipts;
pub(crate) mod receive;
pub(crate) mod retry;
pub(crate) mod send;
pub(crate) mod send_template;
