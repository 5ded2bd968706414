//! What customers do: write.

use std::sync::Arc;

use tokio::sync::oneshot;

use super::opt_out;
use super::state::Sms;
use super::webhook;
use crate::person::{Line, Person, Tick, Writer};
use crate::webhooks::Webhook;

impl Sms {
    /// A customer writes. It is on their phone at once, and a webhook reports it. Returns the id of the message, and a
    /// receiver that is told when the hub has accepted the webhook.
    pub(crate) async fn receive(
        &self,
        person: &Arc<Person>,
        text: &str,
        at: i64,
    ) -> (String, oneshot::Receiver<()>) {
        let phone = &person.identity.phone;
        if let Some(keyword) = opt_out::keyword(text) {
            self.set_subscription(phone, keyword);
        }
        let sid = person.sms.update(|lines| {
            let sid = self.sid(&person.identity.name, lines.count);
            lines.add(Line::new(Writer::Customer, &sid, text.to_owned(), at));
            sid
        });
        let form = webhook::inbound(&self.account, &format!("+{phone}"), &sid, text);
        let (webhook, accepted) = {
            let (person, sid) = (person.clone(), sid.clone());
            Webhook::tracked(form, move || {
                person.sms.update(|lines| lines.advance(&sid, Tick::Taken));
            })
        };
        self.webhooks.send(phone, webhook).await;
        (sid, accepted)
    }
}
