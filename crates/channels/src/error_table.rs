//! Tables of providers' error codes: what an agent is told about each code, and what happens to the message.

use deskbell_protocol::{Failure, FailureClass, Remedy};

mod connection;

/// What happens to a message that met an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Handling {
    /// It failed, and the agent can act on it.
    Agent,
    /// It is sent again later.
    Retry,
    /// It failed: the set-up is wrong, and an administrator must act.
    SetUp,
    /// It waits: the credentials are not accepted, and nothing of the account goes out.
    Access,
    /// It failed, and nothing helps.
    Final,
}

/// A sentence in three parts: what happened, what became of the message, what to do. The last two may be empty.
pub(crate) type Parts = [&'static str; 3];

/// One line of a table: the codes from the first to the last, what happens, the class, the sentence, the remedy.
pub(crate) type Line = (i64, i64, Handling, FailureClass, Parts, Remedy);

/// The longest part of the provider's own explanation that is shown, in characters.
const DETAILS_CHARS: usize = 300;

/// The error codes of one channel's provider.
#[derive(Debug)]
pub(crate) struct ErrorTable {
    /// What stands before the dot in the reasons of its failures.
    pub(crate) channel: &'static str,
    /// How sentences call the provider.
    pub(crate) words: ProviderWords,
    /// The code of credentials that are not accepted.
    pub(crate) unauthorized: i64,
    /// The code of an account that cannot be used as it is set up.
    pub(crate) not_set_up: i64,
    /// Its lines, in the order of codes.
    pub(crate) lines: &'static [Line],
}

/// How sentences call a provider.
#[derive(Debug)]
pub(crate) struct ProviderWords {
    /// At the beginning of a sentence.
    pub(crate) provider: &'static str,
    /// Inside a sentence.
    pub(crate) inside: &'static str,
    /// Before the number of an error code.
    pub(crate) code: &'static str,
}

impl ErrorTable {
    fn line(&self, code: i64) -> Option<&Line> {
        self.lines.iter().find(|(first, last, ..)| (*first..=*last).contains(&code))
    }

    /// What happens to a message with this code; one that is not in the table is final.
    pub(crate) fn handling(&self, code: i64) -> Handling {
        self.line(code).map_or(Handling::Final, |(_, _, handling, ..)| *handling)
    }

    /// What an agent is told about a code. The provider's own explanation is shown only for a code that is not in
    /// the table.
    pub(crate) fn failure(&self, code: Option<i64>, details: Option<&str>) -> Failure {
        self.failure_in(code, details, sentence)
    }

    /// What an administrator is told about an error of the account as a whole: the sentence without the part about a
    /// message, because there is none.
    pub(crate) fn failure_of_account(&self, code: Option<i64>, details: Option<&str>) -> Failure {
        self.failure_in(code, details, |[cause, _message, advice]| sentence(&[cause, "", advice]))
    }

    fn failure_in(
        &self,
        code: Option<i64>,
        details: Option<&str>,
        sentence: impl Fn(&Parts) -> String,
    ) -> Failure {
        let ProviderWords { provider, code: code_word, .. } = self.words;
        let Some(code) = code else {
            let sentence = format!("Not delivered. {provider} gave no reason.");
            return self.named("unexplained", FailureClass::Other, sentence, Remedy::SendAgain);
        };
        if let Some((_, _, _, class, parts, remedy)) = self.line(code) {
            return self.named(&code.to_string(), *class, sentence(parts), *remedy);
        }
        let sentence = match details {
            Some(details) => {
                let details: String = details.chars().take(DETAILS_CHARS).collect();
                format!("Not delivered ({code_word} {code}): {details}")
            }
            None => format!("Not delivered ({code_word} {code})."),
        };
        self.named(&code.to_string(), FailureClass::Other, sentence, Remedy::Nothing)
    }

    /// A failure under a name of this channel.
    pub(crate) fn named(
        &self,
        reason: &str,
        class: FailureClass,
        sentence: impl Into<String>,
        remedy: Remedy,
    ) -> Failure {
        let reason = format!("{}.{reason}", self.channel);
        Failure { reason, sentence: sentence.into(), remedy, class: Some(class) }
    }
}

/// The parts of a sentence with a blank between them.
fn sentence(parts: &Parts) -> String {
    let parts: Vec<_> = parts.iter().copied().filter(|part| !part.is_empty()).collect();
    parts.join(" ")
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// The words by which a sentence names the remedy that has no button of its own.
    fn named_by(remedy: Remedy) -> &'static str {
        match remedy {
            Remedy::TellAdministrator => "administrator",
            Remedy::WaitForContact => "contact",
            Remedy::ConfirmAddress => "number",
            Remedy::WriteAgain | Remedy::SendAgain | Remedy::SendNotification | Remedy::Nothing => "",
        }
    }

    pub(crate) fn every_code_stands_in_the_table_once_and_in_order(table: &ErrorTable) {
        let ends: Vec<_> = table.lines.iter().flat_map(|(first, last, ..)| [*first, *last]).collect();
        assert!(ends.is_sorted(), "{ends:?}");
        for pair in table.lines.windows(2) {
            assert!(pair[0].1 < pair[1].0, "{} and {} overlap", pair[0].1, pair[1].0);
        }
    }

    pub(crate) fn every_sentence_is_one_a_person_can_use(table: &ErrorTable) {
        for (code, _, handling, _, parts, remedy) in table.lines {
            let sentence = sentence(parts);
            assert!(parts.iter().all(|part| part.is_empty() || part.ends_with('.')), "{code}");
            assert!(!sentence.contains("Error") && !sentence.contains("(#"), "{code}");
            match handling {
                Handling::SetUp | Handling::Access => {
                    assert_eq!(*remedy, Remedy::TellAdministrator, "{code}")
                }
                Handling::Retry => assert_eq!(*remedy, Remedy::SendAgain, "{code}"),
                Handling::Agent | Handling::Final => {}
            }
        }
    }

    pub(crate) fn every_sentence_names_its_remedy(table: &ErrorTable) {
        for (code, _, _, _, parts, remedy) in table.lines {
            let sentence = sentence(parts);
            assert!(sentence.contains(named_by(*remedy)), "{code}: {sentence}");
        }
    }

    /// The table as a file, from which the words of the screen and the stories know what there is.
    /// `DESKBELL_WRITE_GOLDEN=1` writes it.
    pub(crate) fn the_table_lies_beside_it_for_other_languages(table: &ErrorTable) {
        let lines: Vec<serde_json::Value> = table
            .lines
            .iter()
            .map(|(first, last, handling, class, parts, remedy)| {
                serde_json::json!({
                    "first": first, "last": last, "class": format!("{handling:?}"), "failure_class": class,
                    "sentence": sentence(parts), "way_out": remedy,
                })
            })
            .collect();
        let text = format!("{}\n", serde_json::to_string_pretty(&lines).unwrap());
        let path = format!("{}/src/{}/errors.json", env!("CARGO_MANIFEST_DIR"), table.channel);
        if std::env::var_os("DESKBELL_WRITE_GOLDEN").is_some() {
            std::fs::write(&path, &text).unwrap();
        }
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text, "write it with DESKBELL_WRITE_GOLDEN=1");
    }
}
