//! What is still to be read from the hub by HTTP.
//!
//! The rows are written in the transaction that moves the cursor, and each page is written together with
//! where to go on: a crash at any moment forgets nothing and reads at most one page twice.

use std::collections::BTreeSet;

use deskbell_protocol::{
    Author, ContactId, ConversationDetail, ConversationId, InteractionState, LogPosition, Message,
    MessagePage, Millis, Position, QueueId,
};
use rusqlite::{Connection, OptionalExtension, params};

use super::commit::Commit;
use super::messages::Taken;
use super::sql::Id;
use super::{Cache, CacheError, contacts, conversations, interactions, messages, state};

/// One thing to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PageIn {
    /// Names this reading; a later one of the same thing has another.
    pub(crate) id: i64,
    pub(crate) what: What,
    /// Where the next page goes on.
    pub(crate) next: Option<String>,
    urgent: bool,
    listed_upto: Option<LogPosition>,
}

impl PageIn {
    /// Whether a person waits for it.
    pub(crate) fn is_urgent(&self) -> bool {
        self.urgent
    }
}

/// What there is to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum What {
    Queue(QueueId),
    Conversation(ConversationId),
    Messages(ConversationId),
    Contact(ContactId),
}

fn insert(
    commit: &mut Commit<'_>,
    what: What,
    urgent: bool,
    listed_upto: Option<LogPosition>,
) -> Result<(), CacheError> {
    let (kind, target) = match what {
        What::Queue(id) => ("queue", id.bytes()),
        What::Conversation(id) => ("conversation", id.bytes()),
        What::Messages(id) => ("messages", id.bytes()),
        What::Contact(id) => ("contact", id.bytes()),
    };
    // A fresh reading replaces one that is under way: it sees at least as much.
    commit
        .sql
        .prepare_cached("DELETE FROM page_in WHERE kind = ?1 AND target = ?2")?
        .execute(params![kind, target])?;
    commit
        .sql
        .prepare_cached(
            "INSERT INTO page_in (kind, target, next, urgent, listed_upto) VALUES (?1, ?2, NULL, ?3, ?4)",
        )?
        .execute(params![kind, target, urgent, listed_upto.map(|upto| upto.0)])?;
    commit.page_in = true;
    Ok(())
}

pub(super) fn queue(commit: &mut Commit<'_>, queue: QueueId) -> Result<(), CacheError> {
    insert(commit, What::Queue(queue), false, None)
}

pub(super) fn conversation(commit: &mut Commit<'_>, conversation: ConversationId) -> Result<(), CacheError> {
    insert(commit, What::Conversation(conversation), true, None)
}

pub(super) fn contact(commit: &mut Commit<'_>, contact: ContactId) -> Result<(), CacheError> {
    insert(commit, What::Contact(contact), true, None)
}

/// Reads a transcript anew; what is older than `upto` and no longer listed goes.
pub(super) fn transcript(
    commit: &mut Commit<'_>,
    conversation: ConversationId,
    upto: LogPosition,
) -> Result<(), CacheError> {
    insert(commit, What::Messages(conversation), false, Some(upto))
}

/// Forgets what was to be read of a conversation.
pub(super) fn delete_of(sql: &Connection, conversation: ConversationId) -> Result<(), CacheError> {
    sql.prepare_cached("DELETE FROM page_in WHERE kind IN ('conversation', 'messages') AND target = ?1")?
        .execute([conversation.bytes()])?;
    Ok(())
}

pub(super) fn delete_queue(sql: &Connection, queue: QueueId) -> Result<(), CacheError> {
    sql.execute("DELETE FROM page_in WHERE kind = 'queue' AND target = ?1", [queue.bytes()])?;
    Ok(())
}

/// Moves a reading on, or ends it. False if it is no longer wanted: access may have ended meanwhile.
pub(super) fn advance(sql: &Connection, reading: &PageIn, next: Option<&str>) -> Result<bool, CacheError> {
    let changed = match next {
        Some(next) => sql
            .prepare_cached("UPDATE page_in SET next = ?2 WHERE id = ?1")?
            .execute(params![reading.id, next])?,
        None => sql.prepare_cached("DELETE FROM page_in WHERE id = ?1")?.execute([reading.id])?,
    };
    Ok(changed > 0)
}

fn detail(commit: &mut Commit<'_>, detail: &ConversationDetail) -> Result<(), CacheError> {
    conversations::put(commit, &detail.conversation)?;
    detail.contact.iter().try_for_each(|row| contacts::put(commit, row))?;
    detail.interactions.iter().try_for_each(|row| interactions::put(commit, row))
}

/// Takes a page of a transcript, and counts what the person has not seen.
fn transcript_page(
    commit: &mut Commit<'_>,
    reading: &PageIn,
    conversation: ConversationId,
    page: &[Message],
    more: bool,
) -> Result<(), CacheError> {
    let first = reading.next.is_none();
    let before = reading.next.as_ref().and_then(|next| next.parse::<Position>().ok());
    if let Some(upto) = reading.listed_upto {
        let listed: BTreeSet<_> = page.iter().map(|message| message.id).collect();
        let from = if more { page.iter().map(|message| message.position).min() } else { None };
        for (id, position, version) in messages::stretch(commit.sql, conversation, from, before)? {
            if version <= upto && !listed.contains(&id) {
                messages::delete(commit.sql, position)?;
                commit.read_anew = true;
            }
        }
    }
    let seen = match conversations::seen(commit.sql, conversation)? {
        Some(seen) => Some(seen),
        None if !first => None,
        None => {
            let seen = seen_at_first(commit.sql, conversation, page)?;
            commit.seen(conversation, seen);
            Some(seen)
        }
    };
    // Oldest first: a reply of an agent then comes before what the contact wrote after it.
    let mut oldest_first: Vec<&Message> =
        page.iter().filter(|row| row.conversation == conversation).collect();
    oldest_first.sort_by_key(|row| row.position);
    for row in oldest_first {
        let new = messages::put(commit, row)? == Taken::New;
        let unseen = seen.is_some_and(|seen| row.position > seen) && row.author == Author::Contact;
        if new && unseen && !commit.look.sees(conversation) {
            commit.unread(conversation);
        }
    }
    Ok(())
}

/// Up to where a transcript counts as seen that was not here before: what the contact wrote after the last
/// answer of ours is unread while somebody handles it, and nothing is otherwise.
fn seen_at_first(
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
    // Without an answer on the first page, what is older than it counts as seen.
    let before = page.iter().map(|row| Position(row.position.0.saturating_sub(1))).min();
    Ok(answered.or(before).unwrap_or(Position(0)))
}

impl Cache {
    /// What to read next; the work a person waits for first.
    pub(crate) async fn next_page_in(&self) -> Result<Option<PageIn>, CacheError> {
        self.read(|sql| {
            let mut query = sql.prepare_cached(
                "SELECT id, kind, target, next, urgent, listed_upto FROM page_in ORDER BY urgent DESC, id LIMIT 1",
            )?;
            let found = query
                .query_row([], |row| {
                    let target: [u8; 16] = row.get(2)?;
                    Ok(PageIn {
                        id: row.get(0)?,
                        what: match row.get_ref(1)?.as_str()? {
                            "queue" => What::Queue(Id::of(target)),
                            "conversation" => What::Conversation(Id::of(target)),
                            "contact" => What::Contact(Id::of(target)),
                            _ => What::Messages(Id::of(target)),
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

    /// Takes a page of conversations of a grant; their transcripts are read next.
    pub(crate) async fn take_conversations(
        &self,
        reading: PageIn,
        details: Vec<ConversationDetail>,
        next: Option<String>,
    ) -> Result<(), CacheError> {
        self.write(move |commit: &mut Commit<'_>| {
            if !advance(commit.sql, &reading, next.as_deref())? {
                return Ok(());
            }
            for listed in &details {
                detail(commit, listed)?;
                insert(commit, What::Messages(listed.conversation.id), reading.urgent, None)?;
            }
            Ok(())
        })
        .await
    }

    /// Takes a page of a transcript. What is older than `oldest` is not kept, nor read any further.
    pub(crate) async fn take_messages(
        &self,
        reading: PageIn,
        conversation: ConversationId,
        page: MessagePage,
        oldest: Millis,
    ) -> Result<(), CacheError> {
        self.write(move |commit: &mut Commit<'_>| {
            let MessagePage { mut messages, next } = page;
            let all = messages.len();
            messages.retain(|row| row.position >= Position::first_at(oldest));
            let next = if messages.len() < all { None } else { next };
            if !advance(commit.sql, &reading, next.map(|place| place.to_string()).as_deref())? {
                return Ok(());
            }
            transcript_page(commit, &reading, conversation, &messages, next.is_some())?;
            // Only what a person waits for, or looks at, has to be on the screen at once.
            if !reading.urgent && commit.look.conversation != Some(conversation) {
                commit.messages.clear();
            }
            Ok(())
        })
        .await
    }

    /// Lets all other readings have their turn first.
    pub(crate) async fn put_off(&self, reading: PageIn) -> Result<(), CacheError> {
        self.write(move |commit: &mut Commit<'_>| {
            let last = "UPDATE page_in SET id = (SELECT max(id) + 1 FROM page_in), urgent = 0 WHERE id = ?1";
            commit.sql.prepare_cached(last)?.execute([reading.id])?;
            Ok(())
        })
        .await
    }

    /// Gives up a reading: the hub says that there is nothing to read.
    pub(crate) async fn drop_page_in(&self, reading: PageIn) -> Result<(), CacheError> {
        self.write(move |commit: &mut Commit<'_>| advance(commit.sql, &reading, None).map(|_| ())).await
    }
}
