//! Contacts: directory, search, edits, merges, assignments to agents, and connected channels.

pub(crate) mod address_change;
pub(crate) mod assignments;
pub(crate) mod connect_channel;
pub(crate) mod directory;
pub(crate) mod edit;
pub(crate) mod merge;
pub(crate) mod reachability;
pub(crate) mod search;
