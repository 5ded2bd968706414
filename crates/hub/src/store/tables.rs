//! One table, one file: rows in and out, nothing decided.

pub(super) mod accounts;
pub(super) mod agents;
pub(super) mod commands;
pub(super) mod contacts;
pub(super) mod conversations;
pub(super) mod deadlines;
pub(super) mod identities;
pub(super) mod interactions;
pub(super) mod log;
pub(super) mod messages;
pub(super) mod meta;
pub(super) mod offer_alerts;
pub(super) mod offers;
pub(super) mod orphan_statuses;
pub(super) mod outbound;
pub(super) mod queue_members;
pub(super) mod queues;
pub(super) mod raw_deliveries;
pub(super) mod sessions;
pub(super) mod statuses;
pub(super) mod tokens;
