//! One conversation of a person of the cast, from the first message to the goodbye.

use std::sync::Arc;

use super::phrases::GOODBYE;
use super::reply::{Next, contains, next};
use super::script::{Burst, Fact, Persona, Script};
use crate::chance::Dice;
use crate::person::{Chat, LONGEST_TYPING_MS, Person, SeenLine};
use crate::providers::whatsapp::Advert;
use crate::simulation::{Simulation, Text};

/// How long a person waits for a further line of the agent.
const MORE_MS: i64 = 2_500;

/// One conversation.
///
/// Each time follows from the one before, and not from when a task ran: the same dice give the same conversation.
pub(super) struct Conversation<'a> {
    pub(super) simulation: &'a Arc<Simulation>,
    pub(super) person: &'a Arc<Person>,
    pub(super) persona: &'static Persona,
    pub(super) dice: Dice,
    /// The advertisement that the next message reports.
    pub(super) came_by: Option<&'static Advert>,
    /// The id of the message that the next message quotes.
    pub(super) quoted: Option<String>,
}

/// How a conversation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Outcome {
    /// Whether the person saw an answer of an agent.
    pub(super) answered: bool,
    /// When, in milliseconds since the Unix epoch.
    pub(super) at: i64,
}

impl<'a> Conversation<'a> {
    pub(super) fn new(
        simulation: &'a Arc<Simulation>,
        person: &'a Arc<Person>,
        persona: &'static Persona,
        dice: Dice,
    ) -> Self {
        Self { simulation, person, persona, dice, came_by: None, quoted: None }
    }

    fn chat(&self) -> &Chat {
        self.person.chat(self.persona.channel)
    }

    /// Runs a script, whose first message is written at the given time.
    pub(super) async fn run(&mut self, script: &'static Script, mut at: i64) -> Outcome {
        let facts: Vec<&Fact> = script.facts.iter().chain(self.persona.facts).collect();
        let mut told = vec![false; facts.len()];
        let mut turns = script.turns.iter();
        let (mut answered, mut asked_again) = (false, false);
        self.chat().take_seen();
        at = self.say_from(script.opening, at, 0).await;
        loop {
            let behaviour = &self.persona.behaviour;
            let patience = if asked_again { behaviour.gives_up_ms } else { behaviour.asks_again_ms };
            let Some((seen, seen_at)) = self.answer(at, patience).await else {
                at += self.simulation.shared.pace.scaled(patience);
                if asked_again {
                    at = self.say(self.persona.phrases.gives_up, at).await;
                    return Outcome { answered, at };
                }
                asked_again = true;
                at = self.say(self.persona.phrases.asks_again, at).await;
                continue;
            };
            at = at.max(seen_at) + self.simulation.shared.pace.scaled(self.dice.between(behaviour.thinks_ms));
            if let Some(last) = seen.last().filter(|_| !answered) {
                self.acknowledge(&last.id, at).await;
            }
            (answered, asked_again) = (true, false);
            let words: Vec<_> = seen.iter().map(|it| it.text.as_str()).collect();
            at = match next(&words.join("\n"), &facts, &told) {
                Next::Wait => self.say(self.persona.phrases.takes_time, at).await,
                Next::Tell(n) => {
                    told.iter_mut().skip(n).take(1).for_each(|it| *it = true);
                    let answer = facts.get(n).map_or("", |(_, answer)| answer);
                    self.write(answer, at, behaviour.letter_ms).await
                }
                Next::Leave => {
                    return Outcome { answered, at: self.say(script.farewell, at).await };
                }
                Next::Continue => match turns.next() {
                    Some(turn) => self.say(turn, at).await,
                    None => return Outcome { answered, at: self.say(script.farewell, at).await },
                },
            };
        }
    }

    /// Waits for an answer, until the agent pauses. Returns its lines, and when the last wait ended; `None` if
    /// nothing came within `patience`, in milliseconds of real life.
    async fn answer(&self, since: i64, patience: i64) -> Option<(Vec<SeenLine>, i64)> {
        let pace = &self.simulation.shared.pace;
        let deadline = since + pace.scaled(patience);
        let mut changes = self.chat().changes();
        let mut all = Vec::new();
        let mut until = deadline;
        loop {
            changes.borrow_and_update();
            for seen in self.chat().take_seen() {
                until = seen.at + pace.scaled(MORE_MS);
                all.push(seen);
            }
            tokio::select! {
                biased;
                _changed = changes.changed() => {}
                () = pace.until(until) => break,
            }
        }
        if all.is_empty() { None } else { Some((all, until)) }
    }

    /// Reacts to the first answer, or quotes it in the next message, as the person's behaviour is.
    async fn acknowledge(&mut self, id: &str, at: i64) {
        let behaviour = &self.persona.behaviour;
        self.quoted = behaviour.quotes.then(|| id.to_owned());
        if let Some(emoji) = behaviour.likes {
            self.simulation.shared.pace.until(at).await;
            self.simulation.react(self.persona.channel, self.person, id, emoji, at).await;
        }
    }

    /// Sends one of several bursts. Returns when its last message was sent.
    async fn say(&mut self, bursts: &'static [Burst], at: i64) -> i64 {
        self.say_from(bursts, at, 1).await
    }

    /// Sends one of several bursts. `typed` is 0 if its first message was typed before `at`, or else 1. Returns when
    /// the last message was sent.
    async fn say_from(&mut self, bursts: &'static [Burst], mut at: i64, typed: i64) -> i64 {
        let burst = *self.dice.one_of(bursts).unwrap_or(&(&[] as Burst));
        for (n, text) in burst.iter().enumerate() {
            if n > 0 {
                at += self.simulation.shared.pace.scaled(self.dice.between(self.persona.behaviour.gap_ms));
            }
            let letter_ms = self.persona.behaviour.letter_ms * if n == 0 { typed } else { 1 };
            at = self.write(text, at, letter_ms).await;
        }
        at
    }

    /// Types and sends one message. Returns when it was sent.
    async fn write(&mut self, text: &str, at: i64, letter_ms: i64) -> i64 {
        let letters = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
        let typing = letters.saturating_mul(letter_ms).min(LONGEST_TYPING_MS);
        let at = at + self.simulation.shared.pace.scaled(typing);
        self.simulation.shared.pace.until(at).await;
        let text = Text { body: text, reply_to: self.quoted.take(), came_by: self.came_by.take() };
        self.simulation.write(self.persona.channel, self.person, text, at).await;
        at
    }

    /// Answers an agent who writes after the conversation has ended, unless it is a goodbye. Returns whether it did.
    pub(super) async fn answer_politely(&mut self, words: &str, seen_at: i64) -> bool {
        if contains(words, GOODBYE) {
            return false;
        }
        let at =
            seen_at + self.simulation.shared.pace.scaled(self.dice.between(self.persona.behaviour.thinks_ms));
        self.say(self.persona.phrases.all_good, at).await;
        true
    }
}
