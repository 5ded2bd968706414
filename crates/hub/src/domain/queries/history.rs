//! History of a contact or an agent, page by page: the messages of all of a contact's conversations, and interactions.

use deskbell_protocol::{
    AgentId, Channel, ContactId, ConversationId, InteractionPage, Message, Millis, PastInteraction, Position,
    ThreadHit, ThreadHits, ThreadPage,
};

use crate::domain::queries::cursors::{List, malformed};
use crate::limits;
use crate::store::access::readable_with;
use crate::store::tables::interactions::{self, HistoryOf, PageFilter};
use crate::store::tables::{agents, conversations, messages};
use crate::store::{Conn, StoreError};
use crate::text::search_folding::{self, fold};

/// Where a page of a transcript begins or ends.
#[derive(Clone, Copy, Debug)]
pub(crate) enum PageAnchor {
    /// Ends with the newest message.
    Newest,
    /// Ends before the message at this position.
    Before(Position),
    /// Begins after the message at this position.
    After(Position),
    /// Begins with the first message at or after this time.
    At(Millis),
}

/// How many of a contact's conversations a transcript merges, the newest first; no contact is expected to have more.
const MAX_CONVERSATIONS: usize = 100;

/// Which interactions a list contains; a field that is `None` does not restrict it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filter {
    pub(crate) channel: Option<Channel>,
    pub(crate) agent_name: Option<String>,
    pub(crate) disposition: Option<String>,
    pub(crate) from: Option<Millis>,
    pub(crate) to: Option<Millis>,
}

/// Lists the contact's conversations that the agent may read, those with the newest messages first.
fn readable(conn: &Conn, agent: AgentId, contact: ContactId) -> Result<Vec<ConversationId>, StoreError> {
    let mut rows = readable_with(conn, agent, contact)?;
    rows.sort_by_key(|row| std::cmp::Reverse(row.last_position));
    Ok(rows.into_iter().map(|row| row.id).take(MAX_CONVERSATIONS).collect())
}

/// Reads a page of a contact's transcript, newest message first, with the interactions of its messages.
///
/// # Errors
///
/// If the agent may not see the contact, or if the store cannot be read.
pub(crate) fn thread_page(
    conn: &Conn,
    agent: AgentId,
    contact: ContactId,
    anchor: PageAnchor,
    limit: u32,
) -> Result<ThreadPage, StoreError> {
    let conversations = readable(conn, agent, contact)?;
    let limit = limit.clamp(1, limits::PAGE_BACK);
    let one_more = limit.saturating_add(1);
    let (mut rows, backwards, beyond) = match anchor {
        PageAnchor::Newest => {
            (messages::page_before(conn, &conversations, Position(i64::MAX), one_more)?, true, false)
        }
        PageAnchor::Before(place) => {
            let after = messages::page_after(conn, &conversations, Position(place.0.saturating_sub(1)), 1)?;
            (messages::page_before(conn, &conversations, place, one_more)?, true, !after.is_empty())
        }
        PageAnchor::After(place) => {
            let before = messages::page_before(conn, &conversations, place.next(), 1)?;
            (messages::page_after(conn, &conversations, place, one_more)?, false, !before.is_empty())
        }
        PageAnchor::At(at) => {
            let first = Position::first_at(at);
            let before = messages::page_before(conn, &conversations, first, 1)?;
            let place = Position(first.0.saturating_sub(1));
            (messages::page_after(conn, &conversations, place, one_more)?, false, !before.is_empty())
        }
    };
    let fits = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > fits;
    rows.truncate(fits);
    if !backwards {
        rows.reverse();
    }
    let (older, newer) = if backwards { (more, beyond) } else { (beyond, more) };
    let mut page = ThreadPage { interactions: interactions_of(conn, &rows)?, messages: rows, older, newer };
    page.interactions.sort_by_key(|interaction| std::cmp::Reverse(interaction.created_at));
    Ok(page)
}

/// Reads the interactions that these messages belong to.
fn interactions_of(conn: &Conn, rows: &[Message]) -> Result<Vec<deskbell_protocol::Interaction>, StoreError> {
    let mut ids: Vec<_> = rows.iter().filter_map(|message| message.interaction).collect();
    ids.sort();
    ids.dedup();
    interactions::by_ids(conn, &ids)
}

/// Searches a contact's transcript for messages that contain all words, newest first. The total counts up to
/// [`limits::COUNTED_HITS`]; only the newest [`limits::SEARCHED_MESSAGES`] messages are searched.
///
/// # Errors
///
/// If the agent may not see the contact, or if the store cannot be read.
pub(crate) fn thread_hits(
    conn: &Conn,
    agent: AgentId,
    contact: ContactId,
    words: &str,
    before: Option<Position>,
    limit: u32,
) -> Result<ThreadHits, StoreError> {
    let conversations = readable(conn, agent, contact)?;
    let words = search_folding::literal_words(words);
    let mut hits = ThreadHits { hits: Vec::new(), total: 0, next: None, only_newest: None };
    if words.is_empty() {
        return Ok(hits);
    }
    let before = before.unwrap_or(Position(i64::MAX));
    let limit = usize::try_from(limit.clamp(1, limits::PAGE_BACK)).unwrap_or(1);
    let most = limits::SEARCHED_MESSAGES;
    let more = messages::search(conn, &conversations, &words, most, |message, position| {
        if hits.total < limits::COUNTED_HITS {
            hits.total = hits.total.saturating_add(1);
        }
        if position < before && hits.next.is_none() {
            if hits.hits.len() < limit {
                hits.hits.push(ThreadHit { message, position });
            } else {
                hits.next = hits.hits.last().map(|last| last.position);
            }
        }
        hits.total < limits::COUNTED_HITS || hits.next.is_none()
    })?;
    hits.only_newest = more.then_some(most);
    Ok(hits)
}

/// Reads a page of interactions, newest first: those with a contact, or without one the agent's own.
///
/// # Errors
///
/// If the agent may not see the contact, if the cursor is malformed, or if the store cannot be read.
pub(crate) fn interaction_page(
    conn: &Conn,
    agent: AgentId,
    contact: Option<ContactId>,
    filter: Filter,
    after: Option<&str>,
    limit: u32,
) -> Result<InteractionPage, StoreError> {
    let (history, name) = match contact {
        Some(contact) => (HistoryOf::Conversations(readable(conn, agent, contact)?), contact.to_string()),
        None => (HistoryOf::Agent(agent), "own".to_owned()),
    };
    let list = List::new(format!("interactions {name}"), agent);
    let after = after.map(|cursor| parse_place(&list.place(conn, cursor)?)).transpose()?;
    let limit = limit.clamp(1, limits::PAGE_BACK);
    let filter = PageFilter {
        channel: filter.channel,
        agents: filter.agent_name.map(|name| agents_named(conn, &name)).transpose()?,
        disposition: filter.disposition,
        from: filter.from,
        to: filter.to,
        after,
        member: agent,
    };
    let mut rows = interactions::history(conn, &history, &filter, limit.saturating_add(1))?;
    let fits = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > fits;
    rows.truncate(fits);
    let last = rows.last().filter(|_| more).map(|last| format!("{} {}", last.row.created_at.0, last.row.id));
    let next = last.map(|place| list.cursor(conn, &place)).transpose()?;
    let mut page = InteractionPage { interactions: Vec::with_capacity(rows.len()), next };
    for stored in rows {
        let Some(conversation) = conversations::by_id(conn, stored.row.conversation)? else { continue };
        page.interactions.push(PastInteraction {
            interaction: stored.row,
            channel: stored.channel,
            contact: conversation.row.contact,
            contact_name: conversation.row.contact_name,
        });
    }
    Ok(page)
}

/// Finds the agents with this name, ignoring case and accents.
fn agents_named(conn: &Conn, name: &str) -> Result<Vec<AgentId>, StoreError> {
    let name = fold(name.trim());
    let all = agents::all(conn)?.into_iter();
    Ok(all.filter(|agent| fold(&agent.name) == name).map(|agent| agent.id).collect())
}

/// Parses the content of a cursor of interactions.
fn parse_place(text: &str) -> Result<(Millis, deskbell_protocol::InteractionId), StoreError> {
    let (at, id) = text.split_once(' ').ok_or_else(malformed)?;
    let at = at.parse().map_err(|_invalid| malformed())?;
    let id = id.parse().map_err(|_invalid| malformed())?;
    Ok((Millis(at), id))
}
