//! Interactions: begun, described, ended.

pub(crate) mod case;
pub(crate) mod start;
