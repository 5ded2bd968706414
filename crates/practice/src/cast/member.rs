//! One person of the cast: holds a conversation on each turn, and answers politely in between.

use std::sync::Arc;

use tokio::sync::mpsc;

use super::conversation::{Conversation, Outcome};
use super::script::Persona;
use crate::person::Person;
use crate::simulation::Simulation;

/// The least time between two polite answers outside of a conversation.
const COURTESY_PAUSE_MS: i64 = 10 * 60 * 1000;

/// A person's turn.
pub(super) struct Turn {
    /// How many conversations the person has had.
    pub(super) run: u64,
    /// When the first message is written.
    pub(super) at: i64,
}

/// Runs until the director or the simulation stops. Sends the outcome of each conversation with the number `member`.
pub(super) async fn run_member(
    simulation: Arc<Simulation>,
    person: Arc<Person>,
    persona: &'static Persona,
    member: usize,
    mut turns: mpsc::Receiver<Turn>,
    outcomes: mpsc::Sender<(usize, Outcome)>,
) {
    let mut changes = person.chat(persona.channel).changes();
    let mut polite_from = i64::MIN;
    let mut courtesies = 0;
    loop {
        tokio::select! {
            biased;
            turn = turns.recv() => {
                let Some(Turn { run, at }) = turn else { return };
                let number = usize::try_from(run).unwrap_or(0) % persona.scripts.len().max(1);
                let Some(script) = persona.scripts.get(number) else { return };
                let dice = simulation.shared.chance.dice(persona.name, "play", run);
                let came_by = persona.came_by.filter(|_| run == 0);
                let conversation = Conversation::new(&simulation, &person, persona, dice);
                let outcome = Conversation { came_by, ..conversation }.run(script, at).await;
                polite_from = outcome.at;
                if outcomes.send((member, outcome)).await.is_err() {
                    return;
                }
            }
            changed = changes.changed() => {
                if changed.is_err() {
                    return;
                }
                let seen = person.chat(persona.channel).take_seen();
                let Some(last) = seen.last() else { continue };
                if last.at < polite_from {
                    continue;
                }
                let words: Vec<_> = seen.iter().map(|it| it.text.as_str()).collect();
                let dice = simulation.shared.chance.dice(persona.name, "courtesy", courtesies);
                let mut conversation = Conversation::new(&simulation, &person, persona, dice);
                if conversation.answer_politely(&words.join("\n"), last.at).await {
                    courtesies += 1;
                    polite_from = last.at + simulation.shared.pace.scaled(COURTESY_PAUSE_MS);
                }
            }
        }
    }
}
