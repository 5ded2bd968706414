//! Accounts: seeding the store, health at the provider, and changes of queue.

pub(crate) mod change_queue;
pub(crate) mod health;
pub(crate) mod seed;
