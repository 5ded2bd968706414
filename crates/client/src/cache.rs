//! The cache: what this desktop stores, in one encrypted SQLite file per hub and agent.
//!
//! One connection writes, on its own thread; a second one reads. What a commit has changed is announced right
//! after it, on the writing thread, so that events come in the order of the commits. Only this module
//! contains SQL.

mod accounts;
mod assignments;
mod backfill;
mod commit;
mod connection_threads;
mod contact_views;
mod contacts;
mod conversations;
mod drafts;
mod error;
mod history;
mod interactions;
mod log;
mod messages;
mod offers;
mod open;
mod outbox;
pub(crate) mod quarantine;
mod reconcile;
mod removal;
mod retention;
mod search;
mod search_terms;
mod send_rules;
mod sql;
mod state;
mod statuses;
mod transaction;
mod windows;
mod workspace;

pub(crate) use backfill::{Backfill, BackfillTarget};
pub(crate) use connection_threads::Cache;
pub(crate) use error::CacheError;
pub(crate) use open::{CacheKey, CacheOptions};
pub(crate) use outbox::{HubReply, OutboxRow};
pub(crate) use quarantine::Rescued;
pub(crate) use workspace::{Workspace, cut};
