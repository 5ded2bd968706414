//! Our own accounts: what must exist at the start, whether they can send, and the queue they belong to.

pub(crate) mod change_queue;
pub(crate) mod health;
pub(crate) mod seed;
