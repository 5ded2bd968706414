//! Contacts and assignments among the breaks.

use std::collections::BTreeMap;

use deskbell_client::api::{Connection, ContactView, Reply, Request};
use deskbell_protocol::{Command, Contact, ContactDetail, ContactEdit, ContactField, ContactId, Snapshot};
use rand::RngExt;

use super::Shift;
use crate::support::app::App;
use crate::support::reader::Reader;

/// Contacts who never write, so that Anna may let go of them.
const GUESTS: usize = 3;

/// The attribute that Anna edits.
const TABLE: &str = "table";

impl Shift {
    /// Anna makes the contacts that she will edit, subscribe to and leave.
    pub(super) async fn guests_are_noted(&mut self) {
        for number in 0..GUESTS {
            let (contact, name) = (ContactId::fresh(), format!("Guest {number}"));
            let app = self.anna().await;
            let queue = app
                .until("Anna's queue", |seen| {
                    let live = matches!(seen.connection, Connection::Live { .. });
                    seen.queues.first().filter(|_| live).map(|queue| queue.id)
                })
                .await;
            let made = app
                .ask(Request::from(Command::CreateContact {
                    contact,
                    queue,
                    contact_name: name,
                    phones: vec![],
                }))
                .await;
            assert_eq!(made, Ok(Reply::Done));
            self.guests.push(contact);
        }
    }

    /// Anna edits a contact, subscribes or leaves. Nobody waits for the answer: something may break before it.
    pub(super) async fn contacts_change(&mut self) {
        let (what, who) = (self.chance.random_range(0..4), self.chance.random_range(0..GUESTS));
        let (contact, table) = (self.guests[who], self.chance.random_range(0..1000).to_string());
        let app = self.anna().await;
        let request = match what {
            0 => Request::from(Command::Subscribe { contact }),
            1 => Request::from(Command::Unsubscribe { contact }),
            _ => {
                let shown = assigned(app).await;
                let Some(view) = shown.get(who % shown.len().max(1)) else { return };
                let seen = view.contact.attributes.iter().find(|one| one.key == TABLE);
                let field = ContactField::Attribute { key: TABLE.to_owned() };
                let was = seen.map(|one| one.value.clone());
                let edits = vec![ContactEdit { field, was, becomes: Some(table) }];
                Request::from(Command::EditContact { contact: view.contact.id, edits })
            }
        };
        app.say(request).await;
        self.changes += 1;
    }

    /// Where Anna's app knows other contacts than the hub says are hers.
    pub(super) async fn contacts_differ(&mut self, anna: &Reader) -> Option<String> {
        let snapshot: Snapshot = anna.get("/v1/snapshot").await;
        let mut hers: BTreeMap<ContactId, (Contact, _)> = BTreeMap::new();
        for row in snapshot.assignments {
            let detail: ContactDetail = anna.get(&format!("/v1/contacts/{}", row.contact)).await;
            hers.insert(row.contact, (detail.contact, row.until));
        }
        let shown = assigned(self.anna().await).await;
        let shown: BTreeMap<_, _> =
            shown.into_iter().map(|view| (view.contact.id, (view.contact, view.until))).collect();
        (shown != hers).then(|| format!("the app has the contacts {shown:?}, the hub {hers:?}"))
    }
}

async fn assigned(app: &mut App) -> Vec<ContactView> {
    match app.ask(Request::AssignedContacts).await {
        Ok(Reply::Contacts { contacts, .. }) => contacts,
        other => panic!("contacts, not {other:?}"),
    }
}
