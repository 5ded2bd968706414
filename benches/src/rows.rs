//! The rows, one module each.

pub(crate) mod agents;
pub(crate) mod catch_up;
pub(crate) mod inbound;
pub(crate) mod page;
pub(crate) mod painted;
pub(crate) mod prosody;
pub(crate) mod search;
pub(crate) mod window;
