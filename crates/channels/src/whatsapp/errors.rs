//! What an agent is told about each error of WhatsApp.

use deskbell_protocol::{Failure, FailureClass, Remedy};
use serde_json::Value;

use super::envelope::text;
use crate::error_table::{ErrorTable, Handling};

mod table;

const TABLE: ErrorTable = ErrorTable { channel: "whatsapp", provider: "WhatsApp", lines: table::LINES };

/// What happens to a message with this code; an unknown one is final.
pub(super) fn handling(code: i64) -> Handling {
    TABLE.handling(code)
}

/// What an agent is told about a code. The provider's own explanation is shown only for an unknown one.
pub(super) fn failure(code: Option<i64>, details: Option<&str>) -> Failure {
    TABLE.failure(code, details)
}

/// What an administrator is told about an error of the account as a whole.
pub(super) fn failure_of_account(code: Option<i64>, details: Option<&str>) -> Failure {
    TABLE.failure_of_account(code, details)
}

/// A failure under a name of this channel.
pub(super) fn named(
    reason: &str,
    class: FailureClass,
    sentence: impl Into<String>,
    remedy: Remedy,
) -> Failure {
    TABLE.named(reason, class, sentence, remedy)
}

/// The account cannot be used as it is set up.
pub(super) fn not_set_up() -> Failure {
    failure(Some(33), None)
}

/// Why nothing of an account goes out. It ends no message: they wait.
pub(super) fn no_access() -> Failure {
    named(
        "no_access",
        FailureClass::Credentials,
        "WhatsApp no longer takes this hub's access. What is written waits and goes out by itself once the access is renewed. Tell your administrator.",
        Remedy::TellAdministrator,
    )
}

/// Why nothing of an account goes out where not the provider refuses, but a firewall or filter on the way: it does
/// not say why. It ends no message: they wait.
pub(super) fn barred() -> Failure {
    named(
        "barred",
        FailureClass::Unreachable,
        "Something between this hub and WhatsApp lets nothing through. What is written waits and goes out by itself once it does. Tell your administrator.",
        Remedy::TellAdministrator,
    )
}

/// The failure of a message that is barred again and again, while other calls are let through.
#[must_use]
pub fn barred_alone() -> Failure {
    named(
        "barred_alone",
        FailureClass::Barred,
        "Something between this hub and WhatsApp does not let this message through. It was not sent. Tell your administrator.",
        Remedy::TellAdministrator,
    )
}

/// The provider's own explanation in an error object.
pub(super) fn details(error: &Value) -> Option<String> {
    text(error, &["error_data", "details"]).or_else(|| text(error, &["message"]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error_table::tests as table;

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
            assert_eq!(super::handling(code), handling, "{code}");
            assert!(!failure(Some(code), Some("never shown")).sentence.contains("never shown"));
        }
        assert_eq!(super::handling(300), Handling::Final);
    }

    /// Whether a failure says something about the address decides over what agents see of it.
    #[test]
    fn exactly_these_codes_lie_with_the_address() {
        let codes = (0..200_000).filter(|code| crate::concerns_address(&failure(Some(*code), None)));
        assert_eq!(codes.collect::<Vec<_>>(), [130_403, 131_021, 131_026, 131_030, 131_050]);
    }

    #[test]
    fn exactly_the_codes_of_templates_are_of_their_class() {
        let of_template = |code: &i64| failure(Some(*code), None).class == Some(FailureClass::Template);
        let codes: Vec<_> = (0..200_000).filter(of_template).collect();
        let known: Vec<_> = TABLE.lines.iter().flat_map(|(first, last, ..)| *first..=*last).collect();
        let thousands: Vec<_> = known.into_iter().filter(|code| code / 1000 == 132).collect();
        assert_eq!(codes, thousands);
    }

    #[test]
    fn an_error_of_the_account_says_nothing_of_a_message() {
        let sentence = failure_of_account(Some(131_031), None).sentence;
        assert_eq!(sentence, "WhatsApp has restricted this business account. Tell your administrator.");
        let sentence = failure_of_account(Some(190), None).sentence;
        assert_eq!(
            sentence,
            "WhatsApp is not connected: the access has expired. Your administrator must renew the access."
        );
    }
}
