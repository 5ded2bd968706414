//! From a commit to those who are connected. Nothing here is stored.

pub(crate) mod committed;
pub(crate) mod dirty_set;
pub(crate) mod fanout;
pub(crate) mod inbox;
pub(crate) mod viewers;
