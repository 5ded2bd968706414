//! How a person reacts to what an agent writes.

use super::phrases::{GOODBYE, WAIT};
use super::script::Fact;

/// What a person does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Tell the fact with this number.
    Tell(usize),
    /// Wait.
    Wait,
    /// Say goodbye.
    Leave,
    /// Continue with the script.
    Continue,
}

/// Decides what a person does about what the agent wrote. `told` says which of the facts were told already.
pub(super) fn next(words: &str, facts: &[&Fact], told: &[bool]) -> Next {
    let asked = facts.iter().zip(told).position(|((asked, _), told)| !told && contains(words, asked));
    match asked {
        Some(n) => Next::Tell(n),
        None if contains(words, GOODBYE) => Next::Leave,
        None if contains(words, WAIT) && !words.contains('?') => Next::Wait,
        None => Next::Continue,
    }
}

/// Whether the text contains any of the words, which are in lower case.
pub(super) fn contains(words: &str, any: &[&str]) -> bool {
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
        assert_eq!(next(asked, FACTS, &[true, false]), Next::Continue);
        assert_eq!(next("Wie lautet Ihre Bestellnummer?", FACTS, &[false, false]), Next::Tell(0));
    }

    #[test]
    fn an_agent_who_looks_something_up_is_waited_for() {
        assert_eq!(next("One moment please, let me check.", FACTS, &[true, true]), Next::Wait);
        assert_eq!(next("Einen Moment bitte", FACTS, &[true, true]), Next::Wait);
        assert_eq!(next("At the moment we have none left.", FACTS, &[true, true]), Next::Continue);
    }

    #[test]
    fn a_goodbye_is_a_goodbye() {
        assert_eq!(next("Have a nice day, Emily!", FACTS, &[true, true]), Next::Leave);
        assert_eq!(next("Schönen Tag noch!", FACTS, &[true, true]), Next::Leave);
    }
}
