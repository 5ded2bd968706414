//! The outbox: what the agent has written and the hub has not stored yet.

use deskbell_protocol::{ConversationId, ErrorBody, ErrorCode, Failure, MessageId, Millis, WayOut};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::commit::Commit;
use super::sql::{Id, from_json_or_null, from_word, id, json, word};
use super::{Cache, CacheError, drafts, messages};
use crate::api::{Outgoing, OutgoingState};

const COLUMNS: &str = "id, conversation, body, written_at, state, failure";

pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Outgoing> {
    Ok(Outgoing {
        id: id(row, 0)?,
        conversation: id(row, 1)?,
        body: row.get(2)?,
        written_at: Millis(row.get(3)?),
        state: from_word(row, 4)?,
        failure: from_json_or_null(row, 5)?,
    })
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

/// Everything that waits, oldest first, as far as it can be read.
pub(super) fn each(sql: &Connection, mut take: impl FnMut(Outgoing)) -> Result<(), CacheError> {
    let mut query = sql.prepare(&format!("SELECT {COLUMNS} FROM outbox ORDER BY seq"))?;
    for row in query.query_map([], read)? {
        take(row?);
    }
    Ok(())
}

/// Adds a row as it is; whether it was not there before.
pub(super) fn insert(sql: &Connection, outgoing: &Outgoing) -> Result<bool, CacheError> {
    let new = sql
        .prepare_cached(
            "INSERT INTO outbox (id, conversation, body, written_at, state, failure, answered)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0) ON CONFLICT DO NOTHING",
        )?
        .execute(params![
            outgoing.id.bytes(),
            outgoing.conversation.bytes(),
            outgoing.body,
            outgoing.written_at.0,
            word(&outgoing.state)?,
            outgoing.failure.as_ref().map(json).transpose()?
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
        way_out: WayOut::Nothing,
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
        .execute(params![message.bytes(), word(&state)?, failure.as_ref().map(json).transpose()?])?;
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

/// The failure that the agent reads under a message that the hub would not take.
fn failure(error: ErrorBody) -> Failure {
    let way_out = match error.code {
        ErrorCode::WindowClosed => WayOut::WaitForContact,
        ErrorCode::TooLarge | ErrorCode::Malformed => WayOut::WriteAgain,
        ErrorCode::Forbidden | ErrorCode::NotFound | ErrorCode::Internal => WayOut::TellAdministrator,
        _ => WayOut::Nothing,
    };
    let code = word(&error.code).unwrap_or_else(|_| "internal".to_owned());
    Failure { reason: format!("hub.{code}"), sentence: error.message, way_out }
}

impl Cache {
    /// Puts a message into the outbox; what was being written there has been sent with it.
    /// A repeat under the same id changes nothing.
    pub(crate) async fn enqueue(&self, outgoing: Outgoing) -> Result<(), CacheError> {
        self.write_durably(move |commit: &mut Commit<'_>| {
            if messages::is_here(commit.sql, outgoing.id)? || !insert(commit.sql, &outgoing)? {
                return Ok(());
            }
            drafts::delete_of(commit.sql, outgoing.conversation)?;
            commit.conversations.insert(outgoing.conversation);
            commit.outgoing.insert(outgoing.id, outgoing);
            Ok(())
        })
        .await
    }

    /// Lets a held or refused message try again; whether it is there.
    pub(crate) async fn requeue(&self, message: MessageId) -> Result<bool, CacheError> {
        self.write_durably(move |commit: &mut Commit<'_>| {
            settle(commit, message, OutgoingState::Queued, None)
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
                    let held = error.code == ErrorCode::WindowClosed;
                    let state = if held { OutgoingState::Held } else { OutgoingState::Refused };
                    settle(commit, message, state, Some(failure(error)))?;
                }
            }
            Ok(())
        })
        .await
    }

    /// The oldest message of each conversation that may go now.
    pub(crate) async fn sendable(&self) -> Result<Vec<Outgoing>, CacheError> {
        self.read(|sql| {
            let mut query = sql.prepare_cached(&format!(
                "SELECT {COLUMNS} FROM outbox WHERE seq IN (
                     SELECT min(seq) FROM outbox WHERE state = 'queued' AND answered = 0 GROUP BY conversation
                 ) ORDER BY seq"
            ))?;
            let rows = query.query_map([], read)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }
}
