//! The outbox: messages that the agent has sent and that are not in the transcript yet.
//!
//! A message is a row of the outbox before it is a frame ([`Cache::enqueue`]). The row is on the disk when
//! the UI's request is answered, and it stays there until the message comes back through the hub's log. A
//! crash, a lost connection or a restart at any moment therefore loses no message, and sends none twice: the
//! message's id is also the id of the command, which the hub carries out once.
//!
//! # States
//!
//! A row has a state ([`OutgoingState`], column `state`) and the flag `answered`.
//!
//! - **Queued** (`queued`): waits for the connection, and for the older messages of its conversation.
//! - **Queued and answered** (`queued`, `answered = 1`): the hub has stored it. It waits for its row in the
//!   log.
//! - **Held** (`held`): waits for the agent. It may not be sent now, or a colleague has answered first.
//! - **SendWhenOpen** (`promised`): waits for the barrier to end, such as a closed window. The agent has
//!   asked for it ([`Cache::send_when_open`]).
//! - **Refused** (`refused`): waits for the agent. The hub has refused it, or the agent has lost access.
//!
//! # Transitions
//!
//! ```text
//! (none)       ── enqueue ──────────────────────────────────────────────▶ Queued
//! Queued       ── take_reply: stored ───────────────────────────────────▶ answered
//! Queued       ── take_reply: not now ──────────────────────────────────▶ Queued
//! Queued       ── take_reply: window_closed, draft_stale ───────────────▶ Held
//! Queued       ── take_reply: any other error ──────────────────────────▶ Refused
//! Queued       ── hold_barred: may_send says no ────────────────────────▶ Held
//! Held         ── send_when_open ───────────────────────────────────────▶ SendWhenOpen
//! SendWhenOpen ── queue_opened: may_send says yes ──────────────────────▶ Queued
//! Held, SendWhenOpen, Refused ── release ───────────────────────────────▶ Queued
//! Queued, Held, SendWhenOpen, Refused ── discard ───────────────────────▶ (deleted)
//! Queued, Held, SendWhenOpen, Refused ── end_access ────────────────────▶ Refused
//! answered     ── end_access ───────────────────────────────────────────▶ (deleted)
//! answered     ── another generation of the hub's store (begin_round) ──▶ Queued
//! any          ── its row arrives in the log (messages::put) ───────────▶ (deleted)
//! ```
//!
//! - After a reply of the kind "not now" ([`HubReply::Later`]) the session pauses before it sends again.
//! - When the hub's store was restored from a backup, an answered message may be missing in it, so it is sent
//!   again. That changes nothing if the hub has it.
//! - `release` of a message that was held because a colleague had answered removes the condition `seen`, so
//!   that the hub takes it this time: the agent has read the answer.
//! - `queue_opened` happens once per request of the agent. If the hub refuses the message again it is `Held`,
//!   and the agent decides again. Otherwise a hub with another opinion about the window would be asked
//!   without end.
//! - When the agent loses access to the conversation, answered rows are deleted with it, and the others
//!   become `Refused`. Once the conversation is deleted, these are *orphaned*: no transcript shows them, so
//!   the snapshot tells them.
//! - Only the oldest queued row of each conversation is sent, one at a time, so that messages arrive in the
//!   order in which they were written. `Held` and `Refused` rows do not block the rows behind them.
//!
//! # Who decides
//!
//! SQL selects candidates by state. Whether one may be sent is decided by `deskbell_protocol::may_send`,
//! through [`SendRules`], with the policy of its account and the hub's clock. The rows of conversations that
//! are not stored on this desktop are left to the hub.

mod failures;
pub(super) mod rows;

use std::collections::HashSet;

use deskbell_protocol::{
    Barrier, ChannelPolicy, ConversationId, ErrorBody, ErrorCode, FailureClass, MessageId, Millis, TextLimit,
    Until,
};
use rusqlite::Connection;

use super::commit::Commit;
use super::send_rules::SendRules;
use super::{Cache, CacheError, conversations, drafts, messages};
use crate::api::OutgoingState;
pub(crate) use rows::OutboxRow;
pub(super) use rows::{any_waits_for_window, for_each, insert, of, orphaned};

/// Whether a message may be sent, and until when.
type Permission = Result<Until, Barrier>;

/// Ends access to a conversation: deletes the messages that the hub has stored, and marks the others as
/// refused, so that the agent can copy their text.
pub(super) fn end_access(commit: &mut Commit<'_>, conversation: ConversationId) -> Result<(), CacheError> {
    rows::remove_answered(commit.sql, conversation)?;
    for outgoing in of(commit.sql, conversation)? {
        let failure = failures::access_ended();
        rows::set_state(commit, outgoing.id, OutgoingState::Refused, Some(failure))?;
    }
    Ok(())
}

/// The hub's reply to a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum HubReply {
    /// The hub has stored it.
    Stored,
    /// The hub cannot store it now: it stays queued.
    Later,
    /// The hub refuses it.
    Refused(ErrorBody),
}

impl HubReply {
    pub(crate) fn of(error: Option<ErrorBody>) -> Self {
        match error {
            None => Self::Stored,
            Some(error) => match error.code {
                ErrorCode::Unauthorized
                | ErrorCode::Offline
                | ErrorCode::Unavailable
                | ErrorCode::RateLimited => Self::Later,
                _ => Self::Refused(error),
            },
        }
    }
}

impl Cache {
    /// Adds a message, and deletes the draft that it was written as. A repeat under the same id changes
    /// nothing.
    pub(crate) async fn enqueue(&self, row: OutboxRow) -> Result<(), CacheError> {
        self.write_durably(move |commit: &mut Commit<'_>| {
            if messages::exists(commit.sql, row.outgoing.id)? || !insert(commit.sql, &row)? {
                return Ok(());
            }
            let outgoing = row.outgoing;
            // A template is not what the draft says.
            if outgoing.template.is_none() {
                drafts::delete_of(commit.sql, outgoing.conversation)?;
                commit.conversations.insert(outgoing.conversation);
            }
            commit.outgoing.insert(outgoing.id, outgoing);
            Ok(())
        })
        .await
    }

    /// Queues a held or refused message again. False if it is not in the outbox.
    pub(crate) async fn release(&self, message: MessageId) -> Result<bool, CacheError> {
        self.write_durably(move |commit: &mut Commit<'_>| {
            let failure = rows::find(commit.sql, message)?.and_then(|row| row.failure);
            if failure.and_then(|failure| failure.class) == Some(FailureClass::DraftStale) {
                rows::clear_seen(commit.sql, message)?;
            }
            rows::set_state(commit, message, OutgoingState::Queued, None)
        })
        .await
    }

    /// Lets a held message be sent as soon as it may. False if it is not in the outbox.
    pub(crate) async fn send_when_open(&self, message: MessageId) -> Result<bool, CacheError> {
        self.write_durably(move |commit: &mut Commit<'_>| match rows::find(commit.sql, message)? {
            Some(row) if row.state == OutgoingState::Held => {
                rows::set_state(commit, message, OutgoingState::SendWhenOpen, None)
            }
            row => Ok(row.is_some()),
        })
        .await
    }

    /// Queues the messages that waited for their window and may be sent at `now`, by the hub's clock.
    pub(crate) async fn queue_opened(&self, now: Millis) -> Result<(), CacheError> {
        let open = self
            .read(move |sql| {
                let decided = decide(sql, OutgoingState::SendWhenOpen, now)?.into_iter();
                Ok(decided.filter_map(|(id, may)| may.is_ok().then_some(id)).collect::<Vec<_>>())
            })
            .await?;
        if open.is_empty() {
            return Ok(());
        }
        self.write_durably(move |commit: &mut Commit<'_>| {
            for message in open {
                rows::set_state(commit, message, OutgoingState::Queued, None)?;
            }
            Ok(())
        })
        .await
    }

    /// Deletes a message that the hub has not stored. False if it is not in the outbox or the hub has stored
    /// it.
    pub(crate) async fn discard(&self, message: MessageId) -> Result<bool, CacheError> {
        self.write_durably(move |commit: &mut Commit<'_>| {
            Ok(!rows::is_answered(commit.sql, message)? && rows::remove(commit, message)?)
        })
        .await
    }

    /// Takes the hub's reply to a message.
    pub(crate) async fn take_reply(&self, message: MessageId, reply: HubReply) -> Result<(), CacheError> {
        self.write(move |commit: &mut Commit<'_>| {
            match reply {
                HubReply::Later => {}
                HubReply::Stored => rows::set_answered(commit.sql, message)?,
                HubReply::Refused(error) => {
                    let is_held = matches!(error.code, ErrorCode::WindowClosed | ErrorCode::DraftStale);
                    let state = if is_held { OutgoingState::Held } else { OutgoingState::Refused };
                    rows::set_state(commit, message, state, Some(failures::refused_by_hub(error)))?;
                }
            }
            Ok(())
        })
        .await
    }

    /// How many messages the hub has not stored.
    pub(crate) async fn unsent(&self) -> Result<u32, CacheError> {
        self.read(rows::unsent).await
    }

    /// The oldest queued message of each conversation.
    pub(crate) async fn next_to_send(&self) -> Result<Vec<OutboxRow>, CacheError> {
        self.read(rows::first_queued).await
    }

    /// Holds the queued messages that may not be sent at `now`, by the hub's clock, without asking the hub.
    /// Those in flight are left to the hub.
    pub(crate) async fn hold_barred(
        &self,
        now: Millis,
        in_flight: HashSet<MessageId>,
    ) -> Result<(), CacheError> {
        let mut barred = self
            .read(move |sql| {
                let decided = decide(sql, OutgoingState::Queued, now)?.into_iter();
                Ok(decided.filter_map(|(id, may)| may.err().map(|barrier| (id, barrier))).collect::<Vec<_>>())
            })
            .await?;
        barred.retain(|(message, _)| !in_flight.contains(message));
        if barred.is_empty() {
            return Ok(());
        }
        self.write(move |commit: &mut Commit<'_>| {
            for (message, barrier) in barred {
                rows::set_state(commit, message, OutgoingState::Held, Some(failures::barred(barrier)))?;
            }
            Ok(())
        })
        .await
    }

    /// The limit of a text in this conversation. The account of a conversation that is not stored here is not
    /// known; it is [`ChannelPolicy::fallback`]'s limit then, and the hub decides.
    pub(crate) async fn text_limit(&self, conversation: ConversationId) -> Result<TextLimit, CacheError> {
        let now = self.hub_now();
        self.read(move |sql| {
            let account = conversations::find(sql, conversation)?.map(|row| row.account);
            let Some(account) = account else { return Ok(ChannelPolicy::fallback().text) };
            Ok(SendRules::read(sql, now)?.text_limit(account))
        })
        .await
    }
}

/// Whether each message in this state may be sent at `now`. Without those whose conversation is not stored
/// here.
fn decide(
    sql: &Connection,
    state: OutgoingState,
    now: Millis,
) -> Result<Vec<(MessageId, Permission)>, CacheError> {
    let candidates = rows::in_state(sql, state)?;
    if candidates.is_empty() {
        return Ok(Vec::new());
    }
    let rules = SendRules::read(sql, now)?;
    let mut decided = Vec::new();
    for outgoing in candidates {
        if let Some(conversation) = conversations::find(sql, outgoing.conversation)? {
            decided.push((outgoing.id, rules.check(&conversation, &outgoing)));
        }
    }
    Ok(decided)
}
