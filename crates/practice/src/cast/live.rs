//! The life of one person of the cast: plays when it is their turn, and answers politely in between.

use std::sync::Arc;

use tokio::sync::mpsc;

use super::play::{Ended, Play};
use super::script::Persona;
use crate::customer::Person;
use crate::provider::World;

/// Between two polite answers outside of a conversation.
const COURTESY_PAUSE_MS: i64 = 10 * 60 * 1000;

/// Somebody's turn.
pub(super) struct Turn {
    /// How many conversations they had before.
    pub(super) run: u64,
    /// When their first message is written.
    pub(super) at: i64,
}

/// Lives until the director or the provider stops. Tells `ended` of each conversation, with `seat`.
pub(super) async fn live(
    world: Arc<World>,
    person: Arc<Person>,
    persona: &'static Persona,
    seat: usize,
    mut turns: mpsc::Receiver<Turn>,
    ended: mpsc::Sender<(usize, Ended)>,
) {
    let mut changes = person.changes();
    let mut polite_from = i64::MIN;
    let mut courtesies = 0;
    loop {
        tokio::select! {
            biased;
            turn = turns.recv() => {
                let Some(Turn { run, at }) = turn else { return };
                let number = usize::try_from(run).unwrap_or(0) % persona.scripts.len().max(1);
                let Some(script) = persona.scripts.get(number) else { return };
                let dice = world.chance.dice(persona.name, "play", run);
                let came_by = persona.manner.came_by.filter(|_| run == 0);
                let mut play = Play { came_by, ..Play::new(&world, &person, persona, dice) };
                let how = play.run(script, at).await;
                polite_from = how.at;
                if ended.send((seat, how)).await.is_err() {
                    return;
                }
            }
            changed = changes.changed() => {
                if changed.is_err() {
                    return;
                }
                let heard = person.hear();
                let Some(last) = heard.last() else { continue };
                if last.at < polite_from {
                    continue;
                }
                let words: Vec<_> = heard.iter().map(|it| it.text.as_str()).collect();
                let dice = world.chance.dice(persona.name, "courtesy", courtesies);
                let mut play = Play::new(&world, &person, persona, dice);
                if play.courtesy(&words.join("\n"), last.at).await {
                    courtesies += 1;
                    polite_from = last.at + world.pace.scaled(COURTESY_PAUSE_MS);
                }
            }
        }
    }
}
