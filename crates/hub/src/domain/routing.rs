//! Who is asked to handle an interaction.

pub(crate) mod choose;
pub(crate) mod offer;
