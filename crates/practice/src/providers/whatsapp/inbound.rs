//! What customers do: write, react, read.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::oneshot;

use super::message::{self, Appearance};
use super::state::WhatsApp;
use super::webhook;
use crate::person::{Line, Lines, Person, Writer};
use crate::webhooks::Webhook;

impl WhatsApp {
    /// A customer writes or reacts. It is on their phone at once, and a webhook reports it. Returns the id of the
    /// message, and a receiver that is told when the hub has accepted the webhook.
    pub(crate) async fn receive(
        &self,
        person: &Arc<Person>,
        message: Value,
        at: i64,
    ) -> (String, oneshot::Receiver<()>) {
        let name = &person.identity.name;
        let wamid = person.whatsapp.update(|lines| match message::appearance(&message) {
            Appearance::Line { text, reply_to } => {
                let wamid = self.wamid(name, lines.count);
                lines.last_wrote_at = Some(at);
                lines.add(Line { reply_to, ..Line::new(Writer::Customer, &wamid, text, at) });
                wamid
            }
            Appearance::Reaction { to, emoji } => {
                let wamid = self.wamid(&format!("a reaction of {name}"), lines.reactions);
                lines.reactions += 1;
                lines.react(&to, emoji);
                wamid
            }
        });
        let value = webhook::message(&self.account, &person.identity, &wamid, at, message);
        let (webhook, accepted) = {
            let (person, wamid) = (person.clone(), wamid.clone());
            Webhook::tracked(vec![value], move || {
                person.whatsapp.update(|lines| lines.advance(&wamid, crate::person::Tick::Taken));
            })
        };
        self.webhooks.send(&person.identity.user_id, webhook).await;
        (wamid, accepted)
    }

    /// The message as a reply to another one, which it quotes.
    pub(crate) fn quoting(&self, person: &Person, message: Value, wamid: &str) -> Value {
        let from = match person.whatsapp.read(|lines| lines.writer_of(wamid)) {
            Some(Writer::Customer) => person.identity.wa_id(),
            Some(Writer::Business) | None => Some(self.account.display_phone_number.as_str()),
        };
        let mut context = json!({ "id": wamid });
        if let Some(from) = from {
            context = message::with(context, "from", json!(from));
        }
        message::with(message, "context", context)
    }

    /// A customer opens the chat: what is delivered is read now, what is under way on delivery.
    pub(crate) async fn read_all(&self, person: &Person) {
        let at = self.shared.pace.now();
        for line in person.whatsapp.update(Lines::mark_all_read) {
            self.report(person, &line, "read", at, None).await;
        }
    }
}
