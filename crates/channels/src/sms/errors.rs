//! What an agent is told about each error of SMS.

use deskbell_protocol::{Failure, FailureClass, Remedy};

use crate::error_table::{ErrorTable, ProviderWords};

mod table;

pub(super) const TABLE: ErrorTable = ErrorTable {
    channel: "sms",
    words: ProviderWords { provider: "The SMS provider", inside: "the SMS provider", code: "SMS error" },
    unauthorized: 20_003,
    not_set_up: 20_404,
    lines: table::LINES,
};

/// The contact asked not to be written to.
pub(super) fn opted_out() -> Failure {
    TABLE.named(
        "opted_out",
        FailureClass::OptedOut,
        "The contact has unsubscribed from text messages (STOP). You can write again once they have sent START.",
        Remedy::WaitForContact,
    )
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
    fn only_an_unsubscribed_contact_has_opted_out() {
        let opted_out = |code: &i64| TABLE.failure(Some(*code), None).class == Some(FailureClass::OptedOut);
        assert_eq!((0..70_000).filter(opted_out).collect::<Vec<_>>(), [21_610]);
    }
}
