//! The outbox: what the agent has written and the hub has not stored yet.

use std::collections::HashSet;

use deskbell_protocol::{
    Barrier, ChannelPolicy, ConversationId, ErrorBody, ErrorCode, Failure, FailureClass, MessageId, Millis,
    Position, Remedy, TextLimit, Until,
};
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::commit::Commit;
use super::send_rules::SendRules;
use super::sql::{Id, from_json_or_null, id, json, word};
use super::{Cache, CacheError, conversations, drafts, messages};
use crate::api::{Outgoing, OutgoingState};

const COLUMNS: &str = "id, conversation, body, written_at, state, failure, template, seen";

/// The same from a file that an older version of the app wrote.
const OLDER: &str = "id, conversation, body, written_at, state, failure, NULL, NULL";

/// A row of the outbox: what the UI sees of it, and what the hub is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Waiting {
    pub(crate) outgoing: Outgoing,
    /// The newest message that was on the screen; absent: it goes in any case.
    pub(crate) seen: Option<Position>,
}

pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Outgoing> {
    Ok(Outgoing {
        id: id(row, 0)?,
        conversation: id(row, 1)?,
        body: row.get(2)?,
        template: from_json_or_null(row, 6)?,
        written_at: Millis(row.get(3)?),
        state: from_state_word(row, 4)?,
        failure: from_json_or_null(row, 5)?,
    })
}

/// The word in the column `state`. The words of earlier releases stay, whatever the UI calls the state.
const fn state_word(state: OutgoingState) -> &'static str {
    match state {
        OutgoingState::Queued => "queued",
        OutgoingState::Held => "held",
        OutgoingState::SendWhenOpen => "promised",
        OutgoingState::Refused => "refused",
    }
}

fn from_state_word(row: &Row<'_>, index: usize) -> rusqlite::Result<OutgoingState> {
    match row.get_ref(index)?.as_str()? {
        "queued" => Ok(OutgoingState::Queued),
        "held" => Ok(OutgoingState::Held),
        "promised" => Ok(OutgoingState::SendWhenOpen),
        "refused" => Ok(OutgoingState::Refused),
        word => Err(rusqlite::Error::FromSqlConversionFailure(
            index,
            Type::Text,
            format!("no state: {word}").into(),
        )),
    }
}

fn waiting(row: &Row<'_>) -> rusqlite::Result<Waiting> {
    Ok(Waiting { outgoing: read(row)?, seen: row.get::<_, Option<i64>>(7)?.map(Position) })
}

fn find(sql: &Connection, message: MessageId) -> Result<Option<Outgoing>, CacheError> {
    let mut query = sql.prepare_cached(&format!("SELECT {COLUMNS} FROM outbox WHERE id = ?1"))?;
    Ok(query.query_row([message.bytes()], read).optional()?)
}

/// What waits in one conversation, oldest first.
pub(super) fn of(sql: &Connection, conversation: ConversationId) -> Result<Vec<Outgoing>, CacheError> {
    let mut query =
        sql.prepare_cached(&format!("SELECT {COLUMNS} FROM outbox WHERE conversation = ?1 ORDER BY seq"))?;
    let rows = query.query_map([conversation.bytes()], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What waits where the conversation is gone, oldest first: nobody sees it in a transcript.
pub(super) fn orphaned(sql: &Connection) -> Result<Vec<Outgoing>, CacheError> {
    let mut query = sql.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM outbox
          WHERE state <> 'queued' AND NOT EXISTS (SELECT 1 FROM conversation WHERE id = outbox.conversation)
          ORDER BY seq"
    ))?;
    let rows = query.query_map([], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Everything that waits, oldest first, as far as it can be read.
pub(super) fn each(sql: &Connection, mut take: impl FnMut(Waiting)) -> Result<(), CacheError> {
    let all = |columns| sql.prepare(&format!("SELECT {columns} FROM outbox ORDER BY seq"));
    let mut query = all(COLUMNS).or_else(|_older| all(OLDER))?;
    for row in query.query_map([], waiting)? {
        take(row?);
    }
    Ok(())
}

/// Adds a row as it is; whether it was not there before.
pub(super) fn insert(sql: &Connection, waiting: &Waiting) -> Result<bool, CacheError> {
    let Waiting { outgoing, seen } = waiting;
    let new = sql
        .prepare_cached(
            "INSERT INTO outbox (id, conversation, body, written_at, state, failure, template, seen, answered)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0) ON CONFLICT DO NOTHING",
        )?
        .execute(params![
            outgoing.id.bytes(),
            outgoing.conversation.bytes(),
            outgoing.body,
            outgoing.written_at.0,
            state_word(outgoing.state),
            outgoing.failure.as_ref().map(json).transpose()?,
            outgoing.template.as_ref().map(json).transpose()?,
            seen.map(|place| place.0)
        ])?;
    Ok(new > 0)
}

/// The message came back through the log: it is a row of the transcript now.
pub(super) fn arrived(commit: &mut Commit<'_>, message: MessageId) -> Result<(), CacheError> {
    if remove(commit.sql, message)? {
        commit.outgoing.remove(&message);
        commit.outgoing_gone.insert(message);
    }
    Ok(())
}

fn remove(sql: &Connection, message: MessageId) -> Result<bool, CacheError> {
    Ok(sql.prepare_cached("DELETE FROM outbox WHERE id = ?1")?.execute([message.bytes()])? > 0)
}

/// The conversation may no longer be read: what the hub has got goes with it, what it has not got waits for
/// the agent, so that they can save their words.
pub(super) fn access_ended(commit: &mut Commit<'_>, conversation: ConversationId) -> Result<(), CacheError> {
    let failure = Failure {
        reason: "deskbell.access_ended".to_owned(),
        sentence: "You no longer have access to this conversation, so the message was not sent.".to_owned(),
        remedy: Remedy::Nothing,
        class: Some(FailureClass::Other),
    };
    commit
        .sql
        .prepare_cached("DELETE FROM outbox WHERE conversation = ?1 AND answered = 1")?
        .execute([conversation.bytes()])?;
    for outgoing in of(commit.sql, conversation)? {
        settle(commit, outgoing.id, OutgoingState::Refused, Some(failure.clone()))?;
    }
    Ok(())
}

fn settle(
    commit: &mut Commit<'_>,
    message: MessageId,
    state: OutgoingState,
    failure: Option<Failure>,
) -> Result<bool, CacheError> {
    commit
        .sql
        .prepare_cached("UPDATE outbox SET state = ?2, failure = ?3, answered = 0 WHERE id = ?1")?
        .execute(params![message.bytes(), state_word(state), failure.as_ref().map(json).transpose()?])?;
    let row = find(commit.sql, message)?;
    let there = row.is_some();
    commit.outgoing.extend(row.map(|row| (message, row)));
    Ok(there)
}

/// What the hub said to a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// It is stored.
    Stored,
    /// Not now, for a reason that passes: it stays queued.
    Later,
    /// No.
    Refused(ErrorBody),
}

impl Answer {
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

fn reason(code: ErrorCode) -> String {
    format!("hub.{}", word(&code).unwrap_or_else(|_| "internal".to_owned()))
}

/// The failure that the agent reads under a message that the hub would not take.
fn failure(error: ErrorBody) -> Failure {
    let remedy = match error.code {
        ErrorCode::WindowClosed => Remedy::WaitForContact,
        ErrorCode::DraftStale => Remedy::SendAgain,
        ErrorCode::TooLarge | ErrorCode::Malformed | ErrorCode::TemplateGone => Remedy::WriteAgain,
        ErrorCode::Forbidden | ErrorCode::NotFound | ErrorCode::Internal => Remedy::TellAdministrator,
        _ => Remedy::Nothing,
    };
    let class = match error.code {
        ErrorCode::WindowClosed => FailureClass::Window,
        ErrorCode::DraftStale => FailureClass::DraftStale,
        ErrorCode::TemplateGone => FailureClass::Template,
        ErrorCode::TooLarge | ErrorCode::Malformed => FailureClass::Content,
        ErrorCode::RateLimited => FailureClass::Rate,
        _ => FailureClass::Other,
    };
    Failure { reason: reason(error.code), sentence: error.message, remedy, class: Some(class) }
}

impl Cache {
    /// Puts a message into the outbox; what was being written there has been sent with it.
    /// A repeat under the same id changes nothing.
    pub(crate) async fn enqueue(&self, waiting: Waiting) -> Result<(), CacheError> {
        self.write_durably(move |commit: &mut Commit<'_>| {
            if messages::is_here(commit.sql, waiting.outgoing.id)? || !insert(commit.sql, &waiting)? {
                return Ok(());
            }
            let outgoing = waiting.outgoing;
            // A notification says something else than what is being written.
            if outgoing.template.is_none() {
                drafts::delete_of(commit.sql, outgoing.conversation)?;
                commit.conversations.insert(outgoing.conversation);
            }
            commit.outgoing.insert(outgoing.id, outgoing);
            Ok(())
        })
        .await
    }

    /// Lets a held or refused message try again; whether it is there. One that was held because a colleague said
    /// something goes in any case now: the agent has seen it.
    pub(crate) async fn requeue(&self, message: MessageId) -> Result<bool, CacheError> {
        self.write_durably(move |commit: &mut Commit<'_>| {
            let failure = find(commit.sql, message)?.and_then(|row| row.failure);
            if failure.and_then(|failure| failure.class) == Some(FailureClass::DraftStale) {
                commit
                    .sql
                    .prepare_cached("UPDATE outbox SET seen = NULL WHERE id = ?1")?
                    .execute([message.bytes()])?;
            }
            settle(commit, message, OutgoingState::Queued, None)
        })
        .await
    }

    /// Lets a held message go by itself once its window is open; whether the message is there.
    pub(crate) async fn send_when_open(&self, message: MessageId) -> Result<bool, CacheError> {
        self.write_durably(move |commit: &mut Commit<'_>| match find(commit.sql, message)? {
            Some(row) if row.state == OutgoingState::Held => {
                settle(commit, message, OutgoingState::SendWhenOpen, None)
            }
            row => Ok(row.is_some()),
        })
        .await
    }

    /// Queues what waited for its window where that is open at this moment. Once: what is held again is asked about again, or a
    /// hub that sees the window otherwise would be asked without end.
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
                settle(commit, message, OutgoingState::Queued, None)?;
            }
            Ok(())
        })
        .await
    }

    /// Throws a message away that the hub has not got; whether it was there and not with the hub already.
    pub(crate) async fn discard(&self, message: MessageId) -> Result<bool, CacheError> {
        self.write_durably(move |commit: &mut Commit<'_>| {
            let answered = commit
                .sql
                .prepare_cached("SELECT 1 FROM outbox WHERE id = ?1 AND answered = 1")?
                .exists([message.bytes()])?;
            if answered || !remove(commit.sql, message)? {
                return Ok(false);
            }
            commit.outgoing_gone.insert(message);
            Ok(true)
        })
        .await
    }

    /// Notes what the hub said to a message.
    pub(crate) async fn settle(&self, message: MessageId, answer: Answer) -> Result<(), CacheError> {
        self.write(move |commit: &mut Commit<'_>| {
            match answer {
                Answer::Later => {}
                Answer::Stored => {
                    commit
                        .sql
                        .prepare_cached("UPDATE outbox SET answered = 1 WHERE id = ?1")?
                        .execute([message.bytes()])?;
                }
                Answer::Refused(error) => {
                    let held = matches!(error.code, ErrorCode::WindowClosed | ErrorCode::DraftStale);
                    let state = if held { OutgoingState::Held } else { OutgoingState::Refused };
                    settle(commit, message, state, Some(failure(error)))?;
                }
            }
            Ok(())
        })
        .await
    }

    /// How many messages the hub has not got.
    pub(crate) async fn unsent(&self) -> Result<u32, CacheError> {
        self.read(|sql| {
            Ok(sql.query_row("SELECT count(*) FROM outbox WHERE answered = 0", [], |row| row.get(0))?)
        })
        .await
    }

    /// The oldest message of each conversation that may go now.
    pub(crate) async fn sendable(&self) -> Result<Vec<Waiting>, CacheError> {
        self.read(|sql| {
            let mut query = sql.prepare_cached(&format!(
                "SELECT {COLUMNS} FROM outbox WHERE seq IN (
                     SELECT min(seq) FROM outbox WHERE state = 'queued' AND answered = 0 GROUP BY conversation
                 ) ORDER BY seq"
            ))?;
            let rows = query.query_map([], waiting)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// Holds what may not be sent at this moment, without asking the hub. Not those messages that are with the hub
    /// already.
    pub(crate) async fn hold_barred(
        &self,
        now: Millis,
        under_way: HashSet<MessageId>,
    ) -> Result<(), CacheError> {
        let mut barred = self
            .read(move |sql| {
                let decided = decide(sql, OutgoingState::Queued, now)?.into_iter();
                Ok(decided.filter_map(|(id, may)| may.err().map(|barrier| (id, barrier))).collect::<Vec<_>>())
            })
            .await?;
        barred.retain(|(message, _)| !under_way.contains(message));
        if barred.is_empty() {
            return Ok(());
        }
        self.write(move |commit: &mut Commit<'_>| {
            for (message, barrier) in barred {
                settle(commit, message, OutgoingState::Held, Some(barred_by(barrier)))?;
            }
            Ok(())
        })
        .await
    }

    /// How long a text may be in this conversation. Of a conversation that is not kept here the account is not
    /// known, so the hub decides: then it is the limit of hubs without policies.
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

/// The failure that the agent reads under a message that may not be sent now.
fn barred_by(barrier: Barrier) -> Failure {
    match barrier {
        Barrier::WindowClosed => failure(ErrorBody::new(ErrorCode::WindowClosed, CLOSED)),
        Barrier::OptedOut => Failure {
            reason: "deskbell.opted_out".to_owned(),
            sentence: OPTED_OUT.to_owned(),
            remedy: Remedy::WaitForContact,
            class: Some(FailureClass::OptedOut),
        },
    }
}

const CLOSED: &str = "The time in which this contact may be sent free text is over, so this was not sent. Send a \
    notification, or wait until they write.";

const OPTED_OUT: &str = "This contact has asked not to be written to at this address, so this was not sent. Wait \
    until they write.";

/// Whether anything waits for its window to open.
pub(super) fn waits_for_window(sql: &Connection) -> Result<bool, CacheError> {
    Ok(sql.prepare_cached("SELECT 1 FROM outbox WHERE state = 'promised'")?.exists([])?)
}

/// Whether each message in this state, that is not with the hub, may be sent at this moment. Only those whose
/// conversation is kept here; of the others the hub decides.
fn decide(
    sql: &Connection,
    state: OutgoingState,
    now: Millis,
) -> Result<Vec<(MessageId, Result<Until, Barrier>)>, CacheError> {
    let mut query = sql.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM outbox WHERE state = ?1 AND answered = 0 ORDER BY seq"
    ))?;
    let candidates = query.query_map([state_word(state)], read)?.collect::<Result<Vec<_>, _>>()?;
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
