//! Interactions: their start, life and end, and the facts, disposition and note of their case.

pub(crate) mod case;
pub(crate) mod end;
pub(crate) mod lifecycle;
pub(crate) mod start;
