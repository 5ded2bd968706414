//! What providers deliver: persisted verbatim, then processed.

pub(crate) mod process;
pub(crate) mod store_raw;
