//! What becomes of a message of the business: sent, delivered, read, or failed; each after a human while.

use std::sync::Arc;

use super::post::Parcel;
use super::webhook::{self, Status};
use super::world::World;
use crate::customer::{Line, Person, Tick};

/// How long the provider takes to send a message on.
const SENDING_MS: (i64, i64) = (150, 450);
/// How long the way to the phone takes.
const DELIVERING_MS: (i64, i64) = (250, 900);

/// Brings one message of the business to its reader and reports each step.
pub(super) async fn report(world: Arc<World>, person: Arc<Person>, line: Line, n: u64, fails: Option<i64>) {
    let mut dice = world.chance.dice(&person.identity.name, "statuses", n);
    let pace = &world.pace;
    // Each time follows from the one before and not from when this task happened to run, so that the same
    // dice give the same times.
    let mut at = line.at + pace.scaled(dice.between(SENDING_MS));
    pace.until(at).await;
    if fails.is_some() {
        world.tell(&person, &line, "failed", at, fails).await;
        person.with_lines(|lines| lines.tick(&line.wamid, Tick::Failed));
        return;
    }
    world.tell(&person, &line, "sent", at, None).await;
    person.with_lines(|lines| lines.tick(&line.wamid, Tick::Sent));

    at += pace.scaled(dice.between(DELIVERING_MS));
    pace.until(at).await;
    world.tell(&person, &line, "delivered", at, None).await;
    if person.with_lines(|lines| lines.tick(&line.wamid, Tick::Delivered)) {
        world.tell(&person, &line, "read", at, None).await;
        return;
    }
    if !person.is_on_stage() {
        return;
    }

    at += pace.scaled(dice.between(person.manner.notices_ms));
    pace.until(at).await;
    if person.manner.receipts && person.with_lines(|lines| lines.read(&line.wamid)) {
        world.tell(&person, &line, "read", at, None).await;
    }
    person.with_lines(|lines| lines.seen(&line.wamid, at));
}

impl World {
    /// Opens the chat: what is delivered is read now, what is under way when it is delivered.
    pub(crate) async fn reads_all(&self, person: &Person) {
        let at = self.pace.now();
        for line in person.with_lines(crate::customer::Lines::read_all) {
            self.tell(person, &line, "read", at, None).await;
        }
    }

    async fn tell(&self, person: &Person, line: &Line, status: &str, at: i64, code: Option<i64>) {
        let news = Status {
            wamid: &line.wamid,
            status,
            at,
            phone: person.identity.phone.as_deref(),
            user_id: Some(&person.identity.user_id),
            echo: line.echo.as_deref(),
            code,
        };
        self.bring(&person.lane, Parcel::new(webhook::status(&self.account, &news), None)).await;
    }
}
