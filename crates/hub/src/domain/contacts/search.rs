//! The contact directory for agents: by name, by search, and possible duplicates of a contact.

use deskbell_protocol::{AgentId, ContactDetail, ContactId, ContactPage, Likeness};

use crate::domain::queries::cursors::{List, malformed};
use crate::limits;
use crate::store::access::readable_with;
use crate::store::tables::contact_directory::{self, DirectoryPosition};
use crate::store::tables::{assignments, contact_phones, contacts, queues};
use crate::store::{Conn, StoreError};
use crate::text::search_folding;

/// How many directory rows are scanned for one page, over all queues. If few contacts match, a page may be short or
/// empty, and the next one continues after it.
const MAX_SCANNED_ROWS: usize = 200_000;

/// How many contacts with the same number are returned.
const MAX_DUPLICATES: u32 = 20;

/// A page of the contacts in the agent's queues, by name, of those that match all words of `search`.
///
/// # Errors
///
/// `Malformed` if `after` is not a cursor of this list and agent.
pub(crate) fn contact_page(
    conn: &Conn,
    agent: AgentId,
    search: &str,
    after: Option<&str>,
    limit: u32,
) -> Result<ContactPage, StoreError> {
    let list = List::new("contacts", agent);
    let after = after.map(|cursor| decode_position(&list.place(conn, cursor)?)).transpose()?;
    let limit = usize::try_from(limit.clamp(1, limits::PAGE_BACK)).unwrap_or(1);
    let words = search_folding::words(search);
    let member_of: Vec<_> = queues::of_agent(conn, agent)?.into_iter().map(|queue| queue.id).collect();
    let rows = contact_directory::page(conn, &member_of, after.as_ref(), &words, limit, MAX_SCANNED_ROWS)?;
    let mut page = ContactPage { contacts: Vec::with_capacity(rows.found.len()), next: None };
    for position in rows.found {
        page.contacts.push(detail(conn, agent, position.contact)?);
    }
    page.next =
        rows.last_scanned.map(|position| list.cursor(conn, &encode_position(&position))).transpose()?;
    Ok(page)
}

fn encode_position(position: &DirectoryPosition) -> String {
    format!("{} {}", position.contact, position.sort_name)
}

fn decode_position(text: &str) -> Result<DirectoryPosition, StoreError> {
    let (contact, sort_name) = text.split_once(' ').ok_or_else(malformed)?;
    let contact = contact.parse().map_err(|_error| malformed())?;
    Ok(DirectoryPosition { sort_name: sort_name.to_owned(), contact })
}

/// A contact with the conversations that the agent may read.
fn detail(conn: &Conn, agent: AgentId, id: ContactId) -> Result<ContactDetail, StoreError> {
    let conversations = readable_with(conn, agent, id)?;
    let contact = contacts::by_id(conn, id)?.ok_or_else(|| StoreError::not_found("contact"))?.row;
    let assigned = assignments::get(conn, id, agent)?.is_some();
    Ok(ContactDetail { contact, conversations, assigned, same: Vec::new() })
}

/// A contact with the conversations that the agent may read, and possible duplicates.
///
/// # Errors
///
/// `NotFound` if the agent may not see the contact.
pub(crate) fn contact_detail(
    conn: &Conn,
    agent: AgentId,
    id: ContactId,
) -> Result<ContactDetail, StoreError> {
    let mut detail = detail(conn, agent, id)?;
    detail.same = find_duplicates(conn, agent, &detail)?;
    Ok(detail)
}

/// Other contacts that the agent may see and that share a number, in any spelling.
fn find_duplicates(conn: &Conn, agent: AgentId, detail: &ContactDetail) -> Result<Vec<Likeness>, StoreError> {
    let mut same: Vec<Likeness> = Vec::new();
    for number in &detail.contact.phones {
        for (contact, spelling) in contact_phones::with_number(conn, agent, number, MAX_DUPLICATES)? {
            let known = contact == detail.contact.id || same.iter().any(|one| one.contact == contact);
            if known {
                continue;
            }
            if let Some(other) = contacts::by_id(conn, contact)? {
                same.push(Likeness {
                    contact,
                    name: other.row.name,
                    number: number.clone(),
                    theirs: spelling,
                });
            }
        }
    }
    Ok(same)
}
