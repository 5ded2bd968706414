//! Contacts as agents look them up: all whom one of their queues sees, by name and by search.

use deskbell_protocol::{AgentId, ContactDetail, ContactId, ContactPage, Likeness};

use crate::domain::queries::cursors::{List, malformed};
use crate::limits;
use crate::store::access::readable_with;
use crate::store::tables::contact_directory::{self, Place};
use crate::store::tables::{assignments, contact_phones, contacts, queues};
use crate::store::{Conn, StoreError};
use crate::text::search_folding;

/// How many rows of the directories are looked at for one page, whatever number of queues they are in. Where
/// words are rare a page may come back short or empty, and the next one goes on behind it.
const LOOKED_AT: usize = 200_000;

/// How many contacts with the same number are proposed.
const LIKENESSES: u32 = 20;

pub(crate) fn contact_page(
    conn: &Conn,
    agent: AgentId,
    search: &str,
    after: Option<&str>,
    limit: u32,
) -> Result<ContactPage, StoreError> {
    let list = List::new("contacts", agent);
    let after = after.map(|cursor| place_of(&list.place(conn, cursor)?)).transpose()?;
    let limit = usize::try_from(limit.clamp(1, limits::PAGE_BACK)).unwrap_or(1);
    let words = search_folding::words(search);
    let member_of: Vec<_> = queues::of_agent(conn, agent)?.into_iter().map(|queue| queue.id).collect();
    let part = contact_directory::part(conn, &member_of, after.as_ref(), &words, limit, LOOKED_AT)?;
    let mut page = ContactPage { contacts: Vec::with_capacity(part.found.len()), next: None };
    for place in part.found {
        page.contacts.push(detail(conn, agent, place.contact)?);
    }
    page.next = part.upto.map(|place| list.cursor(conn, &text_of(&place))).transpose()?;
    Ok(page)
}

fn text_of(place: &Place) -> String {
    format!("{} {}", place.contact, place.sort_name)
}

fn place_of(text: &str) -> Result<Place, StoreError> {
    let (contact, sort_name) = text.split_once(' ').ok_or_else(malformed)?;
    let contact = contact.parse().map_err(|_nonsense| malformed())?;
    Ok(Place { sort_name: sort_name.to_owned(), contact })
}

/// A contact with the channels of theirs that the agent may read.
fn detail(conn: &Conn, agent: AgentId, id: ContactId) -> Result<ContactDetail, StoreError> {
    let conversations = readable_with(conn, agent, id)?;
    let contact = contacts::by_id(conn, id)?.ok_or_else(|| StoreError::not_found("contact"))?.row;
    let assigned = assignments::get(conn, id, agent)?.is_some();
    Ok(ContactDetail { contact, conversations, assigned, same: Vec::new() })
}

/// Reads a contact with what the agent may read of them, and who they may be as well.
pub(crate) fn contact_detail(
    conn: &Conn,
    agent: AgentId,
    id: ContactId,
) -> Result<ContactDetail, StoreError> {
    let mut detail = detail(conn, agent, id)?;
    detail.same = likenesses(conn, agent, &detail)?;
    Ok(detail)
}

/// Whom the agent sees with the same number, in whichever way their country writes it.
fn likenesses(conn: &Conn, agent: AgentId, detail: &ContactDetail) -> Result<Vec<Likeness>, StoreError> {
    let mut same: Vec<Likeness> = Vec::new();
    for number in &detail.contact.phones {
        for (contact, theirs) in contact_phones::with_number(conn, agent, number, LIKENESSES)? {
            let known = contact == detail.contact.id || same.iter().any(|one| one.contact == contact);
            if known {
                continue;
            }
            if let Some(other) = contacts::by_id(conn, contact)? {
                same.push(Likeness { contact, name: other.row.name, number: number.clone(), theirs });
            }
        }
    }
    Ok(same)
}
