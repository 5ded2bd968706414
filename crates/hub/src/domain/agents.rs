//! Agents: administration, sign-in and presence.

pub(crate) mod admin;
pub(crate) mod presence;
pub(crate) mod sign_in;
