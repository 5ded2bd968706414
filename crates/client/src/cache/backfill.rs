//! The backfill: what has to be read from the hub by HTTP.
//!
//! Its rows are written in the transaction that moves the cursor, and each page is written together with the
//! position of the next one. A crash at any moment loses nothing, and makes at most one page be read twice.

use std::collections::BTreeSet;

use deskbell_protocol::{
    Author, ContactId, ConversationDetail, ConversationId, InteractionState, LogPosition, Message,
    MessagePage, Millis, Position, QueueId,
};
use rusqlite::{Connection, OptionalExtension, params};

use super::commit::Commit;
use super::messages::Upsert;
use super::sql::Id;
use super::{Cache, CacheError, contacts, conversations, interactions, messages, state};

/// One target, and how far it has been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Backfill {
    /// Identifies this row. A target that is added again has another one.
    pub(crate) id: i64,
    pub(crate) target: BackfillTarget,
    /// The cursor of the next page; absent for the first.
    pub(crate) next: Option<String>,
    urgent: bool,
    listed_upto: Option<LogPosition>,
}

impl Backfill {
    /// Whether the agent waits for it.
    pub(crate) fn is_urgent(&self) -> bool {
        self.urgent
    }
}

/// What has to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum BackfillTarget {
    Queue(QueueId),
    Conversation(ConversationId),
    Messages(ConversationId),
    Contact(ContactId),
}

fn insert(
    commit: &mut Commit<'_>,
    target: BackfillTarget,
    urgent: bool,
    listed_upto: Option<LogPosition>,
) -> Result<(), CacheError> {
    let (kind, id) = match target {
        BackfillTarget::Queue(id) => ("queue", id.bytes()),
        BackfillTarget::Conversation(id) => ("conversation", id.bytes()),
        BackfillTarget::Messages(id) => ("messages", id.bytes()),
        BackfillTarget::Contact(id) => ("contact", id.bytes()),
    };
    // Replaces a row of the same target: reading it from the start covers the rest.
    commit
        .sql
        .prepare_cached("DELETE FROM page_in WHERE kind = ?1 AND target = ?2")?
        .execute(params![kind, id])?;
    commit
        .sql
        .prepare_cached(
            "INSERT INTO page_in (kind, target, next, urgent, listed_upto) VALUES (?1, ?2, NULL, ?3, ?4)",
        )?
        .execute(params![kind, id, urgent, listed_upto.map(|upto| upto.0)])?;
    commit.backfill = true;
    Ok(())
}

pub(super) fn queue(commit: &mut Commit<'_>, queue: QueueId) -> Result<(), CacheError> {
    insert(commit, BackfillTarget::Queue(queue), false, None)
}

pub(super) fn conversation(commit: &mut Commit<'_>, conversation: ConversationId) -> Result<(), CacheError> {
    insert(commit, BackfillTarget::Conversation(conversation), true, None)
}

pub(super) fn contact(commit: &mut Commit<'_>, contact: ContactId) -> Result<(), CacheError> {
    insert(commit, BackfillTarget::Contact(contact), true, None)
}

/// Adds a transcript. Stored messages up to version `upto` that the hub does not list are deleted.
pub(super) fn transcript(
    commit: &mut Commit<'_>,
    conversation: ConversationId,
    upto: LogPosition,
) -> Result<(), CacheError> {
    insert(commit, BackfillTarget::Messages(conversation), false, Some(upto))
}

/// Deletes the targets of a conversation.
pub(super) fn delete_of(sql: &Connection, conversation: ConversationId) -> Result<(), CacheError> {
    sql.prepare_cached("DELETE FROM page_in WHERE kind IN ('conversation', 'messages') AND target = ?1")?
        .execute([conversation.bytes()])?;
    Ok(())
}

pub(super) fn delete_queue(sql: &Connection, queue: QueueId) -> Result<(), CacheError> {
    sql.execute("DELETE FROM page_in WHERE kind = 'queue' AND target = ?1", [queue.bytes()])?;
    Ok(())
}

/// Sets the cursor of the next page, or deletes the row at the last one. False if the row is gone because
/// access has ended.
pub(super) fn advance(sql: &Connection, backfill: &Backfill, next: Option<&str>) -> Result<bool, CacheError> {
    let changed = match next {
        Some(next) => sql
            .prepare_cached("UPDATE page_in SET next = ?2 WHERE id = ?1")?
            .execute(params![backfill.id, next])?,
        None => sql.prepare_cached("DELETE FROM page_in WHERE id = ?1")?.execute([backfill.id])?,
    };
    Ok(changed > 0)
}

fn detail(commit: &mut Commit<'_>, detail: &ConversationDetail) -> Result<(), CacheError> {
    conversations::put(commit, &detail.conversation)?;
    detail.contact.iter().try_for_each(|row| contacts::put(commit, row))?;
    detail.interactions.iter().try_for_each(|row| interactions::put(commit, row))
}

/// Writes a page of a transcript, and counts the unread messages.
fn transcript_page(
    commit: &mut Commit<'_>,
    backfill: &Backfill,
    conversation: ConversationId,
    page: &[Message],
    more: bool,
) -> Result<(), CacheError> {
    let first = backfill.next.is_none();
    let before = backfill.next.as_ref().and_then(|next| next.parse::<Position>().ok());
    if let Some(upto) = backfill.listed_upto {
        let listed: BTreeSet<_> = page.iter().map(|message| message.id).collect();
        let from = if more { page.iter().map(|message| message.position).min() } else { None };
        for (id, position, version) in messages::versions_between(commit.sql, conversation, from, before)? {
            if version <= upto && !listed.contains(&id) {
                messages::delete(commit.sql, position)?;
                commit.resync = true;
            }
        }
    }
    let seen = match conversations::read_upto(commit.sql, conversation)? {
        Some(seen) => Some(seen),
        None if !first => None,
        None => {
            let seen = initially_read(commit.sql, conversation, page)?;
            commit.mark_read(conversation, seen);
            Some(seen)
        }
    };
    // Oldest first, so that an agent's answer comes before what the contact wrote after it.
    let mut oldest_first: Vec<&Message> =
        page.iter().filter(|row| row.conversation == conversation).collect();
    oldest_first.sort_by_key(|row| row.position);
    for row in oldest_first {
        let new = messages::put(commit, row)? == Upsert::Inserted;
        let unseen = seen.is_some_and(|seen| row.position > seen) && row.author == Author::Contact;
        if new && unseen && !commit.view.shows(conversation) {
            commit.count_unread(conversation);
        }
    }
    Ok(())
}

/// Up to where a transcript counts as read that was not stored before. While the agent handles the
/// conversation, what the contact wrote after our last answer is unread; otherwise nothing is.
fn initially_read(
    sql: &Connection,
    conversation: ConversationId,
    page: &[Message],
) -> Result<Position, CacheError> {
    let handled = match state::agent(sql)? {
        Some(me) => interactions::held_by(sql, me.id)?
            .iter()
            .any(|held| held.conversation == conversation && held.state == InteractionState::Active),
        None => false,
    };
    if !handled {
        let newest = page.iter().map(|row| row.position).max();
        return Ok(messages::end(sql, conversation)?.max(newest).unwrap_or(Position(0)));
    }
    let answers = page.iter().filter(|row| matches!(row.author, Author::Agent { .. } | Author::Elsewhere));
    let answered = answers.map(|row| row.position).max();
    // Without an answer on the first page, what is older than the page counts as read.
    let before = page.iter().map(|row| Position(row.position.0.saturating_sub(1))).min();
    Ok(answered.or(before).unwrap_or(Position(0)))
}

impl Cache {
    /// The next target; urgent ones first.
    pub(crate) async fn next_backfill(&self) -> Result<Option<Backfill>, CacheError> {
        self.read(|sql| {
            let mut query = sql.prepare_cached(
                "SELECT id, kind, target, next, urgent, listed_upto FROM page_in ORDER BY urgent DESC, id LIMIT 1",
            )?;
            let found = query
                .query_row([], |row| {
                    let target: [u8; 16] = row.get(2)?;
                    Ok(Backfill {
                        id: row.get(0)?,
                        target: match row.get_ref(1)?.as_str()? {
                            "queue" => BackfillTarget::Queue(Id::of(target)),
                            "conversation" => BackfillTarget::Conversation(Id::of(target)),
                            "contact" => BackfillTarget::Contact(Id::of(target)),
                            _ => BackfillTarget::Messages(Id::of(target)),
                        },
                        next: row.get(3)?,
                        urgent: row.get(4)?,
                        listed_upto: row.get::<_, Option<i64>>(5)?.map(LogPosition),
                    })
                })
                .optional()?;
            Ok(found)
        })
        .await
    }

    /// Takes a page of conversations, and adds their transcripts.
    pub(crate) async fn take_conversations(
        &self,
        backfill: Backfill,
        details: Vec<ConversationDetail>,
        next: Option<String>,
    ) -> Result<(), CacheError> {
        self.write(move |commit: &mut Commit<'_>| {
            if !advance(commit.sql, &backfill, next.as_deref())? {
                return Ok(());
            }
            for listed in &details {
                detail(commit, listed)?;
                insert(commit, BackfillTarget::Messages(listed.conversation.id), backfill.urgent, None)?;
            }
            Ok(())
        })
        .await
    }

    /// Takes a page of a transcript. What is older than `oldest` is neither stored nor read.
    pub(crate) async fn take_messages(
        &self,
        backfill: Backfill,
        conversation: ConversationId,
        page: MessagePage,
        oldest: Millis,
    ) -> Result<(), CacheError> {
        self.write(move |commit: &mut Commit<'_>| {
            let MessagePage { mut messages, next } = page;
            let all = messages.len();
            messages.retain(|row| row.position >= Position::first_at(oldest));
            let next = if messages.len() < all { None } else { next };
            if !advance(commit.sql, &backfill, next.map(|place| place.to_string()).as_deref())? {
                return Ok(());
            }
            transcript_page(commit, &backfill, conversation, &messages, next.is_some())?;
            // Only what the agent waits for or has open is announced message by message.
            if !backfill.urgent && commit.view.conversation != Some(conversation) {
                commit.messages.clear();
            }
            Ok(())
        })
        .await
    }

    /// Moves a target behind all others.
    pub(crate) async fn postpone_backfill(&self, backfill: Backfill) -> Result<(), CacheError> {
        self.write(move |commit: &mut Commit<'_>| {
            let last = "UPDATE page_in SET id = (SELECT max(id) + 1 FROM page_in), urgent = 0 WHERE id = ?1";
            commit.sql.prepare_cached(last)?.execute([backfill.id])?;
            Ok(())
        })
        .await
    }

    /// Deletes a target that the hub no longer has.
    pub(crate) async fn drop_backfill(&self, backfill: Backfill) -> Result<(), CacheError> {
        self.write(move |commit: &mut Commit<'_>| advance(commit.sql, &backfill, None).map(|_| ())).await
    }
}
