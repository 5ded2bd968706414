//! Interactions: starting them, and the facts, disposition and note of their case.

pub(crate) mod case;
pub(crate) mod start;
