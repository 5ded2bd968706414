//! Routing: chooses the agent for an interaction and offers it.

pub(crate) mod answer;
pub(crate) mod choose;
pub(crate) mod offer;
