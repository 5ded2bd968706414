//! One conversation, played from the first message to the goodbye.

use std::sync::Arc;

use super::advert::Advert;
use super::manner::LONGEST_TYPING_MS;
use super::phrases::{GOODBYE, WAIT};
use super::script::{Burst, Fact, Persona, Script};
use crate::chance::Dice;
use crate::customer::{Heard, Person, reaction_message, text_message, with};
use crate::provider::World;

/// After the last line of an agent, how long somebody waits whether more comes.
const MORE_MS: i64 = 2_500;

/// One conversation.
///
/// All times follow from the one before and not from when a task happened to run, so that the same dice give
/// the same conversation.
pub(super) struct Play<'a> {
    pub(super) world: &'a Arc<World>,
    pub(super) person: &'a Arc<Person>,
    pub(super) persona: &'static Persona,
    pub(super) dice: Dice,
    /// What the next message tells to have come by.
    pub(super) came_by: Option<&'static Advert>,
    /// What the next message quotes.
    pub(super) quoted: Option<String>,
}

/// How a conversation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ended {
    /// Whether an agent ever answered, as far as the person saw.
    pub(super) answered: bool,
    /// When.
    pub(super) at: i64,
}

/// What an agent's words call for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    /// To tell what was asked.
    Tell(usize),
    /// To wait.
    Wait,
    /// To say goodbye.
    Leave,
    /// To go on.
    GoOn,
}

impl<'a> Play<'a> {
    pub(super) fn new(
        world: &'a Arc<World>,
        person: &'a Arc<Person>,
        persona: &'static Persona,
        dice: Dice,
    ) -> Self {
        Self { world, person, persona, dice, came_by: None, quoted: None }
    }

    /// Plays a script, whose first message is written at the given time.
    pub(super) async fn run(&mut self, script: &'static Script, mut at: i64) -> Ended {
        let facts: Vec<&Fact> = script.facts.iter().chain(self.persona.facts).collect();
        let mut told = vec![false; facts.len()];
        let mut turns = script.turns.iter();
        let (mut answered, mut asked_again) = (false, false);
        self.person.hear();
        at = self.say_from(script.opening, at, 0).await;
        loop {
            let manner = &self.persona.manner;
            let patience = if asked_again { manner.gives_up_ms } else { manner.asks_again_ms };
            let Some((heard, heard_at)) = self.answer(at, patience).await else {
                at += self.world.pace.scaled(patience);
                if asked_again {
                    at = self.say(self.persona.phrases.gives_up, at).await;
                    return Ended { answered, at };
                }
                asked_again = true;
                at = self.say(self.persona.phrases.asks_again, at).await;
                continue;
            };
            at = at.max(heard_at) + self.world.pace.scaled(self.dice.between(manner.thinks_ms));
            if let Some(last) = heard.last().filter(|_| !answered) {
                self.take_up(&last.wamid, at).await;
            }
            (answered, asked_again) = (true, false);
            let words: Vec<_> = heard.iter().map(|it| it.text.as_str()).collect();
            at = match next(&words.join("\n"), &facts, &told) {
                Next::Wait => self.say(self.persona.phrases.takes_time, at).await,
                Next::Tell(n) => {
                    told.iter_mut().skip(n).take(1).for_each(|it| *it = true);
                    let answer = facts.get(n).map_or("", |(_, answer)| answer);
                    self.write(answer, at, manner.letter_ms).await
                }
                Next::Leave => {
                    return Ended { answered, at: self.say(script.farewell, at).await };
                }
                Next::GoOn => match turns.next() {
                    Some(turn) => self.say(turn, at).await,
                    None => return Ended { answered, at: self.say(script.farewell, at).await },
                },
            };
        }
    }

    /// Waits for the agent, until they pause. `None` if nothing came within the person's patience.
    async fn answer(&self, since: i64, patience: i64) -> Option<(Vec<Heard>, i64)> {
        let pace = &self.world.pace;
        let deadline = since + pace.scaled(patience);
        let mut changes = self.person.changes();
        let mut all = Vec::new();
        let mut until = deadline;
        loop {
            changes.borrow_and_update();
            for heard in self.person.hear() {
                until = heard.at + pace.scaled(MORE_MS);
                all.push(heard);
            }
            tokio::select! {
                biased;
                _changed = changes.changed() => {}
                () = pace.until(until) => break,
            }
        }
        if all.is_empty() { None } else { Some((all, until)) }
    }

    /// Does with the first answer what is the person's way: puts an emoji at it, quotes it next.
    async fn take_up(&mut self, wamid: &str, at: i64) {
        let manner = &self.persona.manner;
        self.quoted = manner.quotes.then(|| wamid.to_owned());
        if let Some(emoji) = manner.likes {
            self.world.pace.until(at).await;
            let reaction = reaction_message(wamid, Some(emoji));
            let _sent = self.world.customer_writes(self.person, reaction, at).await;
        }
    }

    /// Says one of several ways to say something. Returns when it was said.
    async fn say(&mut self, ways: &'static [Burst], at: i64) -> i64 {
        self.say_from(ways, at, 1).await
    }

    /// The same; `typed` is 0 if the first message was typed before.
    async fn say_from(&mut self, ways: &'static [Burst], mut at: i64, typed: i64) -> i64 {
        let burst = *self.dice.one_of(ways).unwrap_or(&(&[] as Burst));
        for (n, text) in burst.iter().enumerate() {
            if n > 0 {
                at += self.world.pace.scaled(self.dice.between(self.persona.manner.gap_ms));
            }
            let letter_ms = self.persona.manner.letter_ms * if n == 0 { typed } else { 1 };
            at = self.write(text, at, letter_ms).await;
        }
        at
    }

    /// Types and sends one message. Returns when it was sent.
    async fn write(&mut self, text: &str, at: i64, letter_ms: i64) -> i64 {
        let letters = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
        let typing = letters.saturating_mul(letter_ms).min(LONGEST_TYPING_MS);
        let at = at + self.world.pace.scaled(typing);
        self.world.pace.until(at).await;
        // The hub may be away: the message waits in its lane, and the person does not know.
        let mut message = text_message(text);
        if let Some(advert) = self.came_by.take() {
            message = with(message, "referral", advert.referral());
        }
        if let Some(wamid) = self.quoted.take() {
            message = self.world.quoting(self.person, message, &wamid);
        }
        let _sent = self.world.customer_writes(self.person, message, at).await;
        at
    }

    /// Answers once when all is said and the agent writes again, unless that was a goodbye.
    pub(super) async fn courtesy(&mut self, words: &str, heard_at: i64) -> bool {
        if contains(words, GOODBYE) {
            return false;
        }
        let at = heard_at + self.world.pace.scaled(self.dice.between(self.persona.manner.thinks_ms));
        self.say(self.persona.phrases.all_good, at).await;
        true
    }
}

fn next(words: &str, facts: &[&Fact], told: &[bool]) -> Next {
    let asked = facts.iter().zip(told).position(|((asked, _), told)| !told && contains(words, asked));
    match asked {
        Some(n) => Next::Tell(n),
        None if contains(words, GOODBYE) => Next::Leave,
        None if contains(words, WAIT) && !words.contains('?') => Next::Wait,
        None => Next::GoOn,
    }
}

fn contains(words: &str, any: &[&str]) -> bool {
    let words = words.to_lowercase();
    any.iter().any(|it| words.contains(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FACTS: &[&Fact] = &[&(&["order number", "bestellnummer"], "20418"), &(&["your name"], "Emily")];

    #[test]
    fn a_question_they_know_the_answer_to_is_answered_once() {
        let asked = "Hi, I'm Anna. What is your ORDER NUMBER?";
        assert_eq!(next(asked, FACTS, &[false, false]), Next::Tell(0));
        assert_eq!(next(asked, FACTS, &[true, false]), Next::GoOn);
        assert_eq!(next("Wie lautet Ihre Bestellnummer?", FACTS, &[false, false]), Next::Tell(0));
    }

    #[test]
    fn an_agent_who_looks_something_up_is_waited_for() {
        assert_eq!(next("One moment please, let me check.", FACTS, &[true, true]), Next::Wait);
        assert_eq!(next("Einen Moment bitte", FACTS, &[true, true]), Next::Wait);
        assert_eq!(next("At the moment we have none left.", FACTS, &[true, true]), Next::GoOn);
    }

    #[test]
    fn a_goodbye_is_a_goodbye() {
        assert_eq!(next("Have a nice day, Emily!", FACTS, &[true, true]), Next::Leave);
        assert_eq!(next("Schönen Tag noch!", FACTS, &[true, true]), Next::Leave);
    }
}
