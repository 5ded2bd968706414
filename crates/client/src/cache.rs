//! The cache: what this desktop knows, in one encrypted SQLite file per hub and agent.
//!
//! One connection writes, on its own thread; a second one reads. What a commit changed is announced right
//! after it, on the writing thread, so that events come in the order of the commits. Only in here is SQL.

mod accounts;
mod aside;
mod assignments;
mod commit;
mod contacts;
mod conversations;
mod drafts;
mod error;
mod grams;
mod interactions;
mod log;
mod looking_back;
mod messages;
mod offers;
mod open;
mod outbox;
mod page_in;
mod people;
mod prune;
mod reconcile;
mod search;
mod send_rules;
mod sql;
mod state;
mod statuses;
mod threads;
mod windows;
mod workspace;

pub(crate) use aside::{Rescued, saved, set_aside, unsaved};
pub(crate) use error::CacheError;
pub(crate) use open::{CacheKey, Opening, exists};
pub(crate) use outbox::{Answer, Waiting};
pub(crate) use page_in::{PageIn, What};
pub(crate) use threads::Cache;
pub(crate) use workspace::{Workspace, cut};

use deskbell_protocol::ConversationId;

/// What is on the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Look {
    pub(crate) conversation: Option<ConversationId>,
    pub(crate) focused: bool,
}

impl Look {
    /// Whether the person sees what arrives in this conversation.
    pub(crate) fn sees(&self, conversation: ConversationId) -> bool {
        self.focused && self.conversation == Some(conversation)
    }
}
