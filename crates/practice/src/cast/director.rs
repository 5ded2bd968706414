//! Who writes when.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::sync::mpsc;

use super::live::{Turn, live};
use super::people;
use super::play::Ended;
use crate::provider::World;

/// Until the first customer writes.
const FIRST_MS: (i64, i64) = (1_500, 3_000);
/// Between one conversation's beginning and the next one's.
const NEXT_MS: (i64, i64) = (25_000, 70_000);
/// How long somebody rests before they write again.
const REST_MS: i64 = 12 * 60 * 1000;
/// How many conversations are open at once, at most.
const OPEN: usize = 3;
/// After so many conversations in a row that nobody answered, nobody new writes until the business does.
const LEFT_ALONE: u32 = 4;

/// One person's place in the cast.
struct Seat {
    turns: mpsc::Sender<Turn>,
    run: u64,
    free_at: i64,
}

/// Runs the cast until the provider stops.
pub(crate) async fn direct(world: Arc<World>) {
    let mut dice = world.chance.dice("director", "cast", 0);
    let mut order: Vec<usize> = (0..people::ALL.len()).collect();
    dice.shuffle(&mut order);
    // The first of a shift is somebody without oddities.
    if let Some(first) = order.iter().position(|n| people::ALL.get(*n).is_some_and(|it| it.may_open)) {
        order.swap(0, first);
    }
    let (ended, mut endings) = mpsc::channel(people::ALL.len().max(1));
    let mut seats = seats(&world, &ended);
    let mut waiting: VecDeque<usize> = order.into();
    let (mut open, mut alone) = (0_usize, 0_u32);
    let mut at = world.pace.now() + world.pace.scaled(dice.between(FIRST_MS));
    let mut business = world.business_writing();
    loop {
        world.pace.until(at).await;
        let mut over = Vec::new();
        while let Ok(ending) = endings.try_recv() {
            over.push(ending);
        }
        if open - over.len() >= OPEN {
            let Some(ending) = endings.recv().await else { return };
            over.push(ending);
        }
        for (seat, Ended { answered, at: ended_at }) in over {
            open -= 1;
            alone = if answered { 0 } else { alone + 1 };
            at = at.max(ended_at);
            waiting.push_back(seat);
            if let Some(seat) = seats.get_mut(seat) {
                seat.free_at = ended_at + world.pace.scaled(REST_MS);
            }
        }
        if alone >= LEFT_ALONE {
            business.borrow_and_update();
            if business.changed().await.is_err() {
                return;
            }
            alone = 0;
            at = at.max(world.pace.now());
        }
        // Everybody who is not talking waits in here, the one who has rested longest first; there are more
        // people than open conversations.
        let Some(next) = waiting.pop_front() else { return };
        let Some(seat) = seats.get_mut(next) else { return };
        at = at.max(seat.free_at);
        world.pace.until(at).await;
        if seat.turns.send(Turn { run: seat.run, at }).await.is_err() {
            return;
        }
        seat.run += 1;
        open += 1;
        at += world.pace.scaled(dice.between(NEXT_MS));
    }
}

fn seats(world: &Arc<World>, ended: &mpsc::Sender<(usize, Ended)>) -> Vec<Seat> {
    let mut seats = Vec::new();
    for (n, persona) in people::ALL.iter().enumerate() {
        let person = world.person(persona.name);
        person.enter_stage();
        let (turns, invited) = mpsc::channel(1);
        world.spawn(live(world.clone(), person, persona, n, invited, ended.clone()));
        seats.push(Seat { turns, run: 0, free_at: i64::MIN });
    }
    seats
}
