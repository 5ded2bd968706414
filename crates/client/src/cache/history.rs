//! The continuous transcript of a contact: the stored messages of all its conversations, merged by position.

use std::collections::BTreeSet;

use deskbell_protocol::{
    ContactId, ConversationId, InteractionId, Message, Position, ThreadHit, ThreadHits, ThreadPage,
};
use rusqlite::types::Value;
use rusqlite::{Connection, params, params_from_iter};

use super::sql::{Id, id};
use super::{Cache, CacheError, cut, interactions, messages, search_terms};
use crate::api::PageAnchor;

/// How many conversations of one contact are merged, the newest.
const MAX_CONVERSATIONS: u32 = 100;

/// Up to how many hits are counted.
const MAX_HITS: u32 = 1000;

/// The start and direction of a page.
#[derive(Clone, Copy)]
enum Direction {
    /// What lies before this position, newest first.
    Backward(i64),
    /// What lies at this position or after it, oldest first.
    Forward(i64),
}

fn conversations_of(sql: &Connection, contact: ContactId) -> Result<Vec<ConversationId>, CacheError> {
    let mut query =
        sql.prepare_cached("SELECT id FROM conversation WHERE contact = ?1 ORDER BY place DESC LIMIT ?2")?;
    let rows = query.query_map(params![contact.bytes(), MAX_CONVERSATIONS], |row| id(row, 0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The query for one page of this number of conversations: each is read along its index, and they are merged
/// without sorting.
fn page_query(conversations: usize, forward: bool) -> String {
    let (is, order) = if forward { (">=", "") } else { ("<", "DESC") };
    let each = (3..).take(conversations).map(|place| {
        format!(
            "SELECT {} FROM message m WHERE m.conversation = ?{place} AND m.position {is} ?1",
            messages::COLUMNS
        )
    });
    let all = each.collect::<Vec<_>>().join(" UNION ALL ");
    format!("{all} ORDER BY 1 {order} LIMIT ?2")
}

fn page(
    sql: &Connection,
    conversations: &[ConversationId],
    direction: Direction,
    limit: u32,
) -> Result<Vec<Message>, CacheError> {
    if conversations.is_empty() {
        return Ok(Vec::new());
    }
    let (from, forward) = match direction {
        Direction::Backward(from) => (from, false),
        Direction::Forward(from) => (from, true),
    };
    let mut query = sql.prepare_cached(&page_query(conversations.len(), forward))?;
    let values = [Value::Integer(from), Value::Integer(limit.into())];
    let ids = conversations.iter().map(|id| Value::Blob(id.bytes().to_vec()));
    let rows = query.query_map(params_from_iter(values.into_iter().chain(ids)), messages::read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn thread(
    sql: &Connection,
    contact: ContactId,
    place: PageAnchor,
    limit: u32,
) -> Result<ThreadPage, CacheError> {
    let conversations = conversations_of(sql, contact)?;
    let direction = match place {
        PageAnchor::End => Direction::Backward(i64::MAX),
        PageAnchor::Start => Direction::Forward(0),
        PageAnchor::Before { position } => Direction::Backward(position.0),
        PageAnchor::After { position } => Direction::Forward(position.next().0),
        PageAnchor::Moment { moment } => Direction::Forward(Position::first_at(moment).0),
    };
    let mut rows = page(sql, &conversations, direction, limit.saturating_add(1))?;
    let more = cut(&mut rows, limit);
    let (older, newer) = match direction {
        Direction::Backward(i64::MAX) => (more, false),
        Direction::Backward(before) => {
            (more, !page(sql, &conversations, Direction::Forward(before), 1)?.is_empty())
        }
        Direction::Forward(from) => {
            (!page(sql, &conversations, Direction::Backward(from), 1)?.is_empty(), more)
        }
    };
    if matches!(direction, Direction::Forward(_)) {
        rows.reverse();
    }
    let ids: BTreeSet<InteractionId> = rows.iter().filter_map(|row| row.interaction).collect();
    let mut interactions = Vec::new();
    for id in ids {
        interactions.extend(interactions::find(sql, id)?);
    }
    Ok(ThreadPage { messages: rows, interactions, older, newer })
}

const FOUND: &str = "FROM message_words JOIN message m ON m.position = message_words.rowid
    WHERE message_words MATCH ?1 AND message_words.rowid < ?2
        AND m.conversation IN (SELECT id FROM conversation WHERE contact = ?3)";

fn search(
    sql: &Connection,
    contact: ContactId,
    words: &str,
    before: Option<Position>,
    limit: u32,
) -> Result<ThreadHits, CacheError> {
    let Some(expression) = search_terms::expression(words) else {
        return Ok(ThreadHits { hits: Vec::new(), total: 0, next: None, only_newest: None });
    };
    let before = before.map_or(i64::MAX, |place| place.0);
    let mut query = sql.prepare_cached(&format!(
        "SELECT m.id, message_words.rowid {FOUND} ORDER BY message_words.rowid DESC LIMIT ?4"
    ))?;
    let rows = query
        .query_map(params![expression, before, contact.bytes(), limit.saturating_add(1)], |row| {
            Ok(ThreadHit { message: id(row, 0)?, position: Position(row.get(1)?) })
        })?;
    let mut hits = rows.collect::<Result<Vec<_>, _>>()?;
    let more = cut(&mut hits, limit);
    let total = sql
        .prepare_cached(&format!("SELECT count(*) FROM (SELECT 1 {FOUND} LIMIT ?4)"))?
        .query_row(params![expression, i64::MAX, contact.bytes(), MAX_HITS], |row| row.get(0))?;
    let next = if more { hits.last().map(|hit| hit.position) } else { None };
    Ok(ThreadHits { hits, total, next, only_newest: None })
}

impl Cache {
    /// A page of a contact's continuous transcript.
    pub(crate) async fn thread(
        &self,
        contact: ContactId,
        place: PageAnchor,
        limit: u32,
    ) -> Result<ThreadPage, CacheError> {
        self.read(move |sql| thread(sql, contact, place, limit)).await
    }

    /// Messages of a contact's transcript that contain all these words, the last one as a prefix, newest
    /// first.
    pub(crate) async fn search_thread(
        &self,
        contact: ContactId,
        words: String,
        before: Option<Position>,
        limit: u32,
    ) -> Result<ThreadHits, CacheError> {
        self.read(move |sql| search(sql, contact, &words, before, limit)).await
    }
}

#[cfg(test)]
mod tests;
