//! What was said with a contact and who handled it, as far back as anybody likes, page by page.

use deskbell_protocol::{
    AgentId, Channel, ContactId, ConversationId, InteractionPage, Message, Millis, PastInteraction, Position,
    ThreadHit, ThreadHits, ThreadPage,
};

use crate::domain::queries::cursors::{List, malformed};
use crate::limits;
use crate::store::access::readable_with;
use crate::store::tables::interactions::{self, Wanted, Whose};
use crate::store::tables::{agents, conversations, messages};
use crate::store::{Conn, StoreError};
use crate::text::search_folding::{self, folded};

/// Where a page of a transcript lies.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stretch {
    /// At the end.
    Newest,
    /// Right before this place.
    Before(Position),
    /// Right behind this place.
    After(Position),
    /// From this moment on.
    At(Millis),
}

/// How many of a contact's conversations one transcript shows: the newest. More than anybody has.
const CONVERSATIONS: usize = 100;

/// Which interactions are listed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filter {
    pub(crate) channel: Option<Channel>,
    pub(crate) agent_name: Option<String>,
    pub(crate) disposition: Option<String>,
    pub(crate) from: Option<Millis>,
    pub(crate) to: Option<Millis>,
}

/// The contact's conversations that the agent may read, those with the newest messages first.
fn readable(conn: &Conn, agent: AgentId, contact: ContactId) -> Result<Vec<ConversationId>, StoreError> {
    let mut rows = readable_with(conn, agent, contact)?;
    rows.sort_by_key(|row| std::cmp::Reverse(row.last_position));
    Ok(rows.into_iter().map(|row| row.id).take(CONVERSATIONS).collect())
}

pub(crate) fn thread_page(
    conn: &Conn,
    agent: AgentId,
    contact: ContactId,
    stretch: Stretch,
    limit: u32,
) -> Result<ThreadPage, StoreError> {
    let of = readable(conn, agent, contact)?;
    let limit = limit.clamp(1, limits::PAGE_BACK);
    let one_more = limit.saturating_add(1);
    let (mut rows, backwards, beyond) = match stretch {
        Stretch::Newest => (messages::before(conn, &of, Position(i64::MAX), one_more)?, true, false),
        Stretch::Before(place) => {
            let behind = messages::behind(conn, &of, Position(place.0.saturating_sub(1)), 1)?;
            (messages::before(conn, &of, place, one_more)?, true, !behind.is_empty())
        }
        Stretch::After(place) => {
            let before = messages::before(conn, &of, place.next(), 1)?;
            (messages::behind(conn, &of, place, one_more)?, false, !before.is_empty())
        }
        Stretch::At(at) => {
            let first = Position::first_at(at);
            let before = messages::before(conn, &of, first, 1)?;
            let place = Position(first.0.saturating_sub(1));
            (messages::behind(conn, &of, place, one_more)?, false, !before.is_empty())
        }
    };
    let fits = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > fits;
    rows.truncate(fits);
    if !backwards {
        rows.reverse();
    }
    let (older, newer) = if backwards { (more, beyond) } else { (beyond, more) };
    let mut page = ThreadPage { interactions: said_in(conn, &rows)?, messages: rows, older, newer };
    page.interactions.sort_by_key(|interaction| std::cmp::Reverse(interaction.created_at));
    Ok(page)
}

/// The interactions that these messages were said in.
fn said_in(conn: &Conn, rows: &[Message]) -> Result<Vec<deskbell_protocol::Interaction>, StoreError> {
    let mut ids: Vec<_> = rows.iter().filter_map(|message| message.interaction).collect();
    ids.sort();
    ids.dedup();
    interactions::all(conn, &ids)
}

pub(crate) fn thread_hits(
    conn: &Conn,
    agent: AgentId,
    contact: ContactId,
    words: &str,
    before: Option<Position>,
    limit: u32,
) -> Result<ThreadHits, StoreError> {
    let of = readable(conn, agent, contact)?;
    let words = search_folding::words_as_written(words);
    let mut hits = ThreadHits { hits: Vec::new(), total: 0, next: None, only_newest: None };
    if words.is_empty() {
        return Ok(hits);
    }
    let before = before.unwrap_or(Position(i64::MAX));
    let limit = usize::try_from(limit.clamp(1, limits::PAGE_BACK)).unwrap_or(1);
    let most = limits::SEARCHED_MESSAGES;
    let more = messages::look_through(conn, &of, &words, most, |message, position| {
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

pub(crate) fn interaction_page(
    conn: &Conn,
    agent: AgentId,
    contact: Option<ContactId>,
    filter: Filter,
    after: Option<&str>,
    limit: u32,
) -> Result<InteractionPage, StoreError> {
    let (whose, name) = match contact {
        Some(contact) => (Whose::Conversations(readable(conn, agent, contact)?), contact.to_string()),
        None => (Whose::Agent(agent), "own".to_owned()),
    };
    let list = List::new(format!("interactions {name}"), agent);
    let after = after.map(|cursor| place_of(&list.place(conn, cursor)?)).transpose()?;
    let limit = limit.clamp(1, limits::PAGE_BACK);
    let wanted = Wanted {
        channel: filter.channel,
        agents: filter.agent_name.map(|name| called(conn, &name)).transpose()?,
        disposition: filter.disposition,
        from: filter.from,
        to: filter.to,
        after,
        member: agent,
    };
    let mut rows = interactions::back(conn, &whose, &wanted, limit.saturating_add(1))?;
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

/// Who has this name, however it is written.
fn called(conn: &Conn, name: &str) -> Result<Vec<AgentId>, StoreError> {
    let name = folded(name.trim());
    let all = agents::all(conn)?.into_iter();
    Ok(all.filter(|agent| folded(&agent.name) == name).map(|agent| agent.id).collect())
}

fn place_of(text: &str) -> Result<(Millis, deskbell_protocol::InteractionId), StoreError> {
    let (at, id) = text.split_once(' ').ok_or_else(malformed)?;
    let at = at.parse().map_err(|_nonsense| malformed())?;
    let id = id.parse().map_err(|_nonsense| malformed())?;
    Ok((Millis(at), id))
}
