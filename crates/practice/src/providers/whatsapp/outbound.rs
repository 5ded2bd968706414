//! What the business does: send, mark as read.

use std::sync::Arc;

use super::state::WhatsApp;
use super::statuses;
use crate::person::{Line, Person, Writer};

/// How long after a customer's last message the business may send free text.
const WINDOW_MS: i64 = 24 * 60 * 60 * 1000;

impl WhatsApp {
    /// Whether the customer's last message is too old for free text. A customer who has not written since the
    /// simulation started may have written before: the window counts as open.
    pub(super) fn is_window_closed(&self, person: &Person) -> bool {
        let last = person.whatsapp.read(|lines| lines.last_wrote_at);
        last.is_some_and(|last| self.shared.pace.now().saturating_sub(last) > WINDOW_MS)
    }

    /// Puts a message of the business into a customer's chat. Its statuses follow; with a code it fails. Returns the
    /// id of the message.
    pub(super) fn send(
        self: &Arc<Self>,
        person: &Arc<Person>,
        text: String,
        echo: Option<String>,
        code: Option<i64>,
    ) -> String {
        let at = self.shared.pace.now();
        let (line, n) = person.whatsapp.update(|lines| {
            let n = lines.count;
            let wamid = self.wamid(&person.identity.name, n);
            let line = Line { echo, ..Line::new(Writer::Business, &wamid, text, at) };
            lines.add(line.clone());
            (line, n)
        });
        self.shared.note_business_wrote();
        let wamid = line.id.clone();
        self.shared.spawn(statuses::progress(self.clone(), person.clone(), line, n, code));
        wamid
    }

    /// Marks a customer's message, and all before it, as read by the business; perhaps shows that it is typing.
    /// False if there is no such message.
    pub(super) fn mark_read(&self, wamid: &str, typing: bool) -> bool {
        let at = self.shared.pace.now();
        let people = self.shared.directory().people();
        people.iter().any(|person| {
            person.whatsapp.update(|lines| {
                let read = lines.mark_read_by_business(wamid);
                if read && typing {
                    lines.show_typing(at);
                }
                read
            })
        })
    }
}
