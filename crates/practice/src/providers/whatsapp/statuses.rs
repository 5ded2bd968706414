//! The progress of the business's messages (sent, delivered, read or failed), at a human pace, and the webhooks that
//! report it.

use std::sync::Arc;

use super::state::WhatsApp;
use super::webhook::{self, Status};
use crate::person::{Line, Person, Tick};
use crate::webhooks::Webhook;

/// How long the provider takes to send a message on.
const SENDING_MS: (i64, i64) = (150, 450);
/// How long the way to the phone takes.
const DELIVERING_MS: (i64, i64) = (250, 900);
/// How long the provider takes to find that a number has no WhatsApp.
const UNDELIVERABLE_MS: i64 = 400;

/// Message undeliverable.
pub(super) const UNDELIVERABLE: i64 = 131_026;

/// Moves the `n`th line of a chat to its reader, and reports each step. With a code it fails instead.
pub(super) async fn progress(
    provider: Arc<WhatsApp>,
    person: Arc<Person>,
    line: Line,
    n: u64,
    code: Option<i64>,
) {
    let mut dice = provider.shared.chance.dice(&person.identity.name, "statuses", n);
    let (pace, chat) = (&provider.shared.pace, &person.whatsapp);
    // Each time follows from the one before, and not from when this task ran: the same dice give the same times.
    let mut at = line.at + pace.scaled(dice.between(SENDING_MS));
    pace.until(at).await;
    if code.is_some() {
        provider.report(&person, &line, "failed", at, code).await;
        chat.update(|lines| lines.advance(&line.id, Tick::Failed));
        return;
    }
    provider.report(&person, &line, "sent", at, None).await;
    chat.update(|lines| lines.advance(&line.id, Tick::Sent));

    at += pace.scaled(dice.between(DELIVERING_MS));
    pace.until(at).await;
    provider.report(&person, &line, "delivered", at, None).await;
    if chat.update(|lines| lines.advance(&line.id, Tick::Delivered)) {
        provider.report(&person, &line, "read", at, None).await;
        return;
    }
    if !person.is_scripted() {
        return;
    }

    at += pace.scaled(dice.between(person.behaviour.notices_ms));
    pace.until(at).await;
    if person.behaviour.receipts && chat.update(|lines| lines.mark_read(&line.id)) {
        provider.report(&person, &line, "read", at, None).await;
    }
    chat.update(|lines| lines.mark_seen(&line.id, at));
}

impl WhatsApp {
    /// Reports a status of a message to a person.
    pub(super) async fn report(
        &self,
        person: &Person,
        line: &Line,
        status: &str,
        at: i64,
        code: Option<i64>,
    ) {
        let news = Status {
            wamid: &line.id,
            status,
            at,
            phone: person.identity.wa_id(),
            user_id: Some(&person.identity.user_id),
            echo: line.echo.as_deref(),
            code,
        };
        let webhook = Webhook::new(vec![webhook::status(&self.account, &news)]);
        self.webhooks.send(&person.identity.user_id, webhook).await;
    }

    /// Reports, after the time that takes, that a message to an unknown number failed.
    pub(super) fn report_undeliverable(
        self: &Arc<Self>,
        wamid: &str,
        phone: Option<String>,
        echo: Option<String>,
    ) {
        let (provider, wamid) = (self.clone(), wamid.to_owned());
        let at = self.shared.pace.now() + self.shared.pace.scaled(UNDELIVERABLE_MS);
        self.shared.spawn(async move {
            provider.shared.pace.until(at).await;
            let news = Status {
                wamid: &wamid,
                status: "failed",
                at,
                phone: phone.as_deref(),
                user_id: None,
                echo: echo.as_deref(),
                code: Some(UNDELIVERABLE),
            };
            let webhook = Webhook::new(vec![webhook::status(&provider.account, &news)]);
            provider.webhooks.send("nobody", webhook).await;
        });
    }
}
