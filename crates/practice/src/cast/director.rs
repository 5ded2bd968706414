//! The order and the times in which the people of the cast begin their conversations.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::sync::mpsc;

use super::conversation::Outcome;
use super::member::{Turn, run_member};
use super::people;
use super::script::Persona;
use crate::chance::Dice;
use crate::channel::Channel;
use crate::simulation::Simulation;

/// From the start until the first customer writes.
const FIRST_MS: (i64, i64) = (1_500, 3_000);
/// From the beginning of one conversation to the beginning of the next.
const NEXT_MS: (i64, i64) = (25_000, 70_000);
/// How long a person pauses between two conversations.
const REST_MS: i64 = 12 * 60 * 1000;
/// The most conversations that are open at once.
const OPEN: usize = 3;
/// After this many conversations in a row without an answer, no new one begins until the business writes.
const UNANSWERED: u32 = 4;

/// How many people write before the first one who writes SMS: so few that every shift has both channels.
const FIRST_SMS: usize = 2;

/// What the director knows of one person.
struct Member {
    turns: mpsc::Sender<Turn>,
    run: u64,
    free_at: i64,
}

/// Runs the cast until the provider stops.
pub(crate) async fn direct(simulation: Arc<Simulation>) {
    let shared = &simulation.shared;
    let mut dice = shared.chance.dice("director", "cast", 0);
    let people = people::on_channels(simulation.sms().is_some());
    let mut waiting = order(&people, &mut dice);
    let (outcome, mut outcomes) = mpsc::channel(people.len().max(1));
    let mut members = members(&simulation, &people, &outcome);
    let (mut open, mut unanswered) = (0_usize, 0_u32);
    let mut at = shared.pace.now() + shared.pace.scaled(dice.between(FIRST_MS));
    let mut business = shared.business_wrote();
    loop {
        shared.pace.until(at).await;
        let mut ended = Vec::new();
        while let Ok(over) = outcomes.try_recv() {
            ended.push(over);
        }
        if open - ended.len() >= OPEN {
            let Some(over) = outcomes.recv().await else { return };
            ended.push(over);
        }
        for (member, Outcome { answered, at: ended_at }) in ended {
            open -= 1;
            unanswered = if answered { 0 } else { unanswered + 1 };
            at = at.max(ended_at);
            waiting.push_back(member);
            if let Some(member) = members.get_mut(member) {
                member.free_at = ended_at + shared.pace.scaled(REST_MS);
            }
        }
        if unanswered >= UNANSWERED {
            business.borrow_and_update();
            if business.changed().await.is_err() {
                return;
            }
            unanswered = 0;
            at = at.max(shared.pace.now());
        }
        // There are more people than open conversations; the one who has paused longest is next.
        let Some(next) = waiting.pop_front() else { return };
        let Some(member) = members.get_mut(next) else { return };
        at = at.max(member.free_at);
        shared.pace.until(at).await;
        if member.turns.send(Turn { run: member.run, at }).await.is_err() {
            return;
        }
        member.run += 1;
        open += 1;
        at += shared.pace.scaled(dice.between(NEXT_MS));
    }
}

/// The order in which people have their first conversation, by their index. With a seed, those on WhatsApp have the
/// same order whether or not there are others.
fn order(people: &[&'static Persona], dice: &mut Dice) -> VecDeque<usize> {
    let (by_sms, mut order): (Vec<usize>, Vec<usize>) =
        (0..people.len()).partition(|n| people.get(*n).is_some_and(|it| it.channel == Channel::Sms));
    dice.shuffle(&mut order);
    // The first of a shift is a person with nothing unusual.
    if let Some(first) = order.iter().position(|n| people.get(*n).is_some_and(|it| it.may_open)) {
        order.swap(0, first);
    }
    let mut order = VecDeque::from(order);
    for n in by_sms {
        order.insert(FIRST_SMS.min(order.len()), n);
    }
    order
}

fn members(
    simulation: &Arc<Simulation>,
    people: &[&'static Persona],
    outcome: &mpsc::Sender<(usize, Outcome)>,
) -> Vec<Member> {
    let mut members = Vec::new();
    for (n, persona) in people.iter().copied().enumerate() {
        let person = simulation.shared.person(persona.name);
        person.set_scripted();
        let (turns, receiver) = mpsc::channel(1);
        simulation.shared.spawn(run_member(
            simulation.clone(),
            person,
            persona,
            n,
            receiver,
            outcome.clone(),
        ));
        members.push(Member { turns, run: 0, free_at: i64::MIN });
    }
    members
}
