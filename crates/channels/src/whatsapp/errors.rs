//! What an agent is told about each error of WhatsApp.

use deskbell_protocol::Failure;
use serde_json::Value;

use super::envelope::text;
use crate::error_table::{ErrorTable, ProviderWords};

mod table;

pub(super) const TABLE: ErrorTable = ErrorTable {
    channel: "whatsapp",
    words: ProviderWords { provider: "WhatsApp", inside: "WhatsApp", code: "WhatsApp code" },
    unauthorized: 190,
    not_set_up: 33,
    lines: table::LINES,
};

/// The failure of a message that something on the way to WhatsApp refuses again and again, while other calls get
/// through.
#[must_use]
pub fn barred_alone() -> Failure {
    TABLE.barred_alone()
}

/// The provider's own explanation in an error object.
pub(super) fn details(error: &Value) -> Option<String> {
    text(error, &["error_data", "details"]).or_else(|| text(error, &["message"]))
}

#[cfg(test)]
mod tests {
    use deskbell_protocol::FailureClass;

    use super::*;
    use crate::error_table::{Handling, tests as table};

    #[test]
    fn every_code_stands_in_the_table_once_and_in_order() {
        table::every_code_stands_in_the_table_once_and_in_order(&TABLE);
    }

    #[test]
    fn every_sentence_is_one_a_person_can_use() {
        table::every_sentence_is_one_a_person_can_use(&TABLE);
    }

    #[test]
    fn every_sentence_names_its_remedy() {
        table::every_sentence_names_its_remedy(&TABLE);
    }

    #[test]
    fn the_table_lies_beside_it_for_other_languages() {
        table::the_table_lies_beside_it_for_other_languages(&TABLE);
    }

    #[test]
    fn what_practice_can_produce_has_its_sentence() {
        for (code, handling) in [
            (190, Handling::Access),
            (130_429, Handling::Retry),
            (131_000, Handling::Retry),
            (131_026, Handling::Final),
            (131_047, Handling::Agent),
            (131_056, Handling::Retry),
            (250, Handling::SetUp),
        ] {
            assert_eq!(TABLE.handling(code), handling, "{code}");
            assert!(!TABLE.failure(Some(code), Some("never shown")).sentence.contains("never shown"));
        }
        assert_eq!(TABLE.handling(300), Handling::Final);
    }

    /// Whether a failure says something about the address decides over what agents see of it.
    #[test]
    fn exactly_these_codes_lie_with_the_address() {
        let codes = (0..200_000).filter(|code| crate::concerns_address(&TABLE.failure(Some(*code), None)));
        assert_eq!(codes.collect::<Vec<_>>(), [130_403, 131_021, 131_026, 131_030, 131_050]);
    }

    #[test]
    fn exactly_the_codes_of_templates_are_of_their_class() {
        let of_template = |code: &i64| TABLE.failure(Some(*code), None).class == Some(FailureClass::Template);
        let codes: Vec<_> = (0..200_000).filter(of_template).collect();
        let known: Vec<_> = TABLE.lines.iter().flat_map(|(first, last, ..)| *first..=*last).collect();
        let thousands: Vec<_> = known.into_iter().filter(|code| code / 1000 == 132).collect();
        assert_eq!(codes, thousands);
    }

    #[test]
    fn an_error_of_the_account_says_nothing_of_a_message() {
        let sentence = TABLE.failure_of_account(Some(131_031), None).sentence;
        assert_eq!(sentence, "WhatsApp has restricted this business account. Tell your administrator.");
        let sentence = TABLE.failure_of_account(Some(190), None).sentence;
        assert_eq!(
            sentence,
            "WhatsApp is not connected: the access has expired. Your administrator must renew the access."
        );
    }
}
