//! The progress of the business's messages (sent, delivered, undelivered or failed), at a human pace, and the callbacks
//! that report it. There is none for `queued`, the status in the answer to the request, and none for `read`.

use std::sync::Arc;

use super::state::Sms;
use super::webhook;
use crate::person::{Line, Person, Tick};
use crate::webhooks::Webhook;

/// How long the provider takes to send a message on.
const SENDING_MS: (i64, i64) = (200, 600);
/// How long the carrier takes to report the delivery.
const DELIVERING_MS: (i64, i64) = (700, 2_500);
/// How long the carrier takes to report that there is no such phone.
const UNDELIVERABLE_MS: i64 = 1_500;

/// Unreachable destination handset.
pub(super) const UNREACHABLE: i64 = 30003;
/// Unknown destination handset.
const UNKNOWN: i64 = 30005;

/// Queue overflow and account suspended: the provider fails such messages before it sends them on.
const NEVER_SENT: [i64; 2] = [30001, 30002];

/// Moves the `n`th line of a chat to its reader, and reports each step. With a code it fails instead.
pub(super) async fn progress(
    provider: Arc<Sms>,
    person: Arc<Person>,
    line: Line,
    n: u64,
    callback: Option<String>,
    code: Option<i64>,
) {
    let mut dice = provider.shared.chance.dice(&person.identity.name, "SMS statuses", n);
    let (pace, chat, phone) = (&provider.shared.pace, &person.sms, &person.identity.phone);
    let callback = callback.as_deref();
    // Each time follows from the one before, and not from when this task ran: the same dice give the same times.
    let mut at = line.at + pace.scaled(dice.between(SENDING_MS));
    pace.until(at).await;
    if code.is_some_and(|code| NEVER_SENT.contains(&code)) {
        provider.report(callback, phone, &line.id, "failed", code).await;
        chat.update(|lines| lines.advance(&line.id, Tick::Failed));
        return;
    }
    provider.report(callback, phone, &line.id, "sent", None).await;
    chat.update(|lines| lines.advance(&line.id, Tick::Sent));

    at += pace.scaled(dice.between(DELIVERING_MS));
    pace.until(at).await;
    if code.is_some() {
        provider.report(callback, phone, &line.id, "undelivered", code).await;
        chat.update(|lines| lines.advance(&line.id, Tick::Failed));
        return;
    }
    provider.report(callback, phone, &line.id, "delivered", None).await;
    chat.update(|lines| lines.advance(&line.id, Tick::Delivered));
    if !person.is_scripted() {
        return;
    }

    at += pace.scaled(dice.between(person.behaviour.notices_ms));
    pace.until(at).await;
    chat.update(|lines| lines.mark_seen(&line.id, at));
}

impl Sms {
    async fn report(&self, callback: Option<&str>, phone: &str, sid: &str, status: &str, code: Option<i64>) {
        let Some(url) = callback else { return };
        let form = webhook::status(&self.account, url, &format!("+{phone}"), sid, status, code);
        self.webhooks.send(phone, Webhook::new(form)).await;
    }

    /// Reports, after the time that takes, that a message to an unknown number was not delivered.
    pub(super) fn report_undeliverable(self: &Arc<Self>, sid: &str, phone: String, callback: Option<String>) {
        let (provider, sid) = (self.clone(), sid.to_owned());
        let at = self.shared.pace.now() + self.shared.pace.scaled(UNDELIVERABLE_MS);
        self.shared.spawn(async move {
            provider.shared.pace.until(at).await;
            provider.report(callback.as_deref(), &phone, &sid, "undelivered", Some(UNKNOWN)).await;
        });
    }
}
