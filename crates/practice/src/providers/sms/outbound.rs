//! What the business does: send.

use std::sync::Arc;

use super::request::NewMessage;
use super::state::Sms;
use super::statuses;
use crate::person::{Line, Person, Writer};

impl Sms {
    /// Puts a message of the business into a customer's chat. Its statuses follow; with a code it fails. Returns the
    /// id of the message.
    pub(super) fn send(
        self: &Arc<Self>,
        person: &Arc<Person>,
        message: NewMessage,
        code: Option<i64>,
    ) -> String {
        let NewMessage { body, status_callback, .. } = message;
        let at = self.shared.pace.now();
        let (line, n) = person.sms.update(|lines| {
            let n = lines.count;
            let sid = self.sid(&person.identity.name, n);
            let line = Line::new(Writer::Business, &sid, body, at);
            lines.add(line.clone());
            (line, n)
        });
        self.shared.note_business_wrote();
        let sid = line.id.clone();
        let progress = statuses::progress(self.clone(), person.clone(), line, n, status_callback, code);
        self.shared.spawn(progress);
        sid
    }
}
