//! The provider's error codes, and what an agent reads and may do about each.

use deskbell_protocol::{Failure, Remedy};
use serde_json::Value;

use super::delivery::text;

/// What kind of error a code is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// The agent can act on it.
    Agent,
    /// Trying again later may help.
    Retry,
    /// The set-up is wrong: an administrator must act.
    SetUp,
    /// What we identify ourselves with is not taken: nothing of the account goes out.
    Access,
    /// Final for this message.
    Final,
}

/// One line of the table: codes from the first to the last, the class, the sentence, the way out.
type Line = (i64, i64, Class, &'static str, Remedy);

/// The longest part of the provider's own explanation that is shown.
const DETAILS_CHARS: usize = 300;

#[rustfmt::skip]
mod table {
    use super::{Class, Class::{Access, Agent, Final, Retry, SetUp}, Line};
    use deskbell_protocol::Remedy::{self, ConfirmAddress, Nothing, SendAgain, SendNotification, TellAdministrator, WaitForContact, WriteAgain};

    const EXPIRED: &str = "WhatsApp is not connected: the access has expired. Your message was not sent. Your administrator must renew the access.";
    const PERMISSION: &str = "This workspace may not send from this number. Your message was not sent. Tell your administrator.";
    const SLOWED: &str = "WhatsApp is slowing this workspace down. Your message was not sent. Try again in a few minutes.";
    const TROUBLE: &str = "WhatsApp had a problem. Your message was not sent. Try again.";
    const NUMBER: &str = "The sending number is not set up correctly. Your message was not sent. Tell your administrator.";
    const RESTRICTED: &str = "WhatsApp has restricted this business account. Your message was not sent. Tell your administrator.";
    const UNREGISTERED: &str = "The sending number is not registered. Your message was not sent. Tell your administrator.";
    const NOT_BUILT: &str = "This message could not be built. It was not sent. Tell your administrator; the details are in the log.";
    const CONNECTION: &str = "This notification cannot be sent on this connection. Tell your administrator.";
    const FLOW: &str = "The form in this notification is blocked or slowed down by WhatsApp. Nothing was sent. Tell your administrator.";

    pub(super) const LINES: &[Line] = &[
        (0, 0, Access, EXPIRED, TellAdministrator),
        (1, 2, Retry, TROUBLE, SendAgain),
        (3, 3, SetUp, PERMISSION, TellAdministrator),
        (4, 4, Retry, SLOWED, SendAgain),
        (10, 10, SetUp, PERMISSION, TellAdministrator),
        (33, 33, SetUp, NUMBER, TellAdministrator),
        (100, 100, SetUp, NUMBER, TellAdministrator),
        (190, 190, Access, EXPIRED, TellAdministrator),
        (200, 299, SetUp, PERMISSION, TellAdministrator),
        (368, 368, SetUp, RESTRICTED, TellAdministrator),
        (80_007, 80_007, Retry, SLOWED, SendAgain),
        (130_403, 130_403, Agent, "This contact is blocked by your organisation. Your message was not sent. Tell your administrator if they should not be.", TellAdministrator),
        (130_429, 130_429, Retry, "WhatsApp was too busy. Your message was not sent. Try again in a moment.", SendAgain),
        (130_472, 130_472, Final, "WhatsApp did not deliver this marketing message. Do not send it again; wait until the contact writes.", WaitForContact),
        (130_497, 130_497, Final, "Messages to this country are not allowed for this account. Your message was not sent.", Nothing),
        (131_000, 131_000, Retry, TROUBLE, SendAgain),
        (131_005, 131_005, SetUp, PERMISSION, TellAdministrator),
        (131_008, 131_009, SetUp, NOT_BUILT, TellAdministrator),
        (131_016, 131_016, Retry, TROUBLE, SendAgain),
        (131_021, 131_021, Agent, "This is your own business number. Your message was not sent. Check the contact's number.", ConfirmAddress),
        (131_026, 131_026, Final, "Not delivered. The number may not have WhatsApp, or cannot receive this message. Confirm the number with the contact.", ConfirmAddress),
        (131_030, 131_030, SetUp, "This is a test number: only listed recipients can be written to. Your message was not sent. Tell your administrator.", TellAdministrator),
        (131_031, 131_031, SetUp, RESTRICTED, TellAdministrator),
        (131_037, 131_037, SetUp, "The business name is not approved yet. Your message was not sent. Tell your administrator.", TellAdministrator),
        (131_042, 131_042, SetUp, "WhatsApp has a billing problem with this account. Your message was not sent. Tell your administrator.", TellAdministrator),
        (131_045, 131_045, SetUp, UNREGISTERED, TellAdministrator),
        (131_047, 131_047, Agent, "Not delivered: more than 24 hours have passed since the contact last wrote. Send a Notification; you can write freely again once the contact has written.", SendNotification),
        (131_048, 131_048, SetUp, "WhatsApp limits this number because of complaints. Your message was not sent. Tell your administrator.", TellAdministrator),
        (131_049, 131_049, Final, "WhatsApp held back this marketing message. Do not send it again within 24 hours; wait until the contact writes.", WaitForContact),
        (131_050, 131_050, Final, "The contact has stopped marketing messages. Answers to their own questions are still possible.", WaitForContact),
        (131_051, 131_051, Final, "WhatsApp does not support this kind of message. It was not delivered.", Nothing),
        (131_052, 131_052, Agent, "The attachment could not be fetched. Ask the contact to send it again.", WaitForContact),
        (131_053, 131_053, Agent, "This file cannot be sent: its type or size is not allowed.", WriteAgain),
        (131_055, 131_055, SetUp, CONNECTION, TellAdministrator),
        (131_056, 131_056, Retry, "Too many messages went to this contact in a short time. Your message was not sent. Try again in a few minutes.", SendAgain),
        (131_057, 131_057, Retry, "The sending number is being upgraded. Your message was not sent. Try again in a few minutes.", SendAgain),
        (131_060, 131_060, Final, "A message is not available at the moment.", Nothing),
        (131_062, 131_062, Agent, "This notification needs the contact's phone number. Nothing was sent.", ConfirmAddress),
        (131_063, 131_064, SetUp, CONNECTION, TellAdministrator),
        (132_000, 132_000, Agent, "A field of this notification is missing or too many. Nothing was sent. Fill it in again.", WriteAgain),
        (132_001, 132_001, Agent, "This notification is no longer available in this language. Nothing was sent. Choose another.", SendNotification),
        (132_005, 132_005, Agent, "The filled-in text is too long. Nothing was sent. Shorten it.", WriteAgain),
        (132_007, 132_007, SetUp, "This notification breaks WhatsApp's rules. Nothing was sent. Tell your administrator.", TellAdministrator),
        (132_012, 132_012, Agent, "A field has the wrong kind of value, for example where an image is expected. Nothing was sent. Fill it in again.", WriteAgain),
        (132_015, 132_015, Agent, "This notification is paused because of poor feedback. Nothing was sent. Choose another.", SendNotification),
        (132_016, 132_016, Agent, "This notification is switched off because of poor feedback. Nothing was sent. Choose another.", SendNotification),
        (132_018, 132_018, Agent, "A field contains something that is not allowed, for example a line break. Nothing was sent. Fill it in again.", WriteAgain),
        (132_068, 132_069, SetUp, FLOW, TellAdministrator),
        (133_004, 133_004, Retry, TROUBLE, SendAgain),
        (133_010, 133_010, SetUp, UNREGISTERED, TellAdministrator),
        (134_011, 134_011, SetUp, "The terms for payments are not accepted yet. Nothing was sent. Tell your administrator.", TellAdministrator),
        (135_000, 135_000, SetUp, NOT_BUILT, TellAdministrator),
    ];

    /// What is not in the table.
    pub(super) const OTHER: (Class, Remedy) = (Class::Final, Nothing);
}

fn line(code: i64) -> Option<&'static Line> {
    table::LINES.iter().find(|(first, last, ..)| (*first..=*last).contains(&code))
}

/// What kind of error a code is; what is unknown is final.
pub(super) fn class(code: i64) -> Class {
    line(code).map_or(table::OTHER.0, |(_, _, class, ..)| *class)
}

/// What an agent reads about a code. The provider's own explanation is used only where we have none.
pub(super) fn failure(code: Option<i64>, details: Option<&str>) -> Failure {
    let Some(code) = code else {
        return named("unexplained", "Not delivered. WhatsApp gave no reason.", Remedy::SendAgain);
    };
    if let Some((_, _, _, sentence, remedy)) = line(code) {
        return named(&code.to_string(), *sentence, *remedy);
    }
    let sentence = match details {
        Some(details) => {
            let details: String = details.chars().take(DETAILS_CHARS).collect();
            format!("Not delivered (WhatsApp code {code}): {details}")
        }
        None => format!("Not delivered (WhatsApp code {code})."),
    };
    named(&code.to_string(), sentence, table::OTHER.1)
}

/// What an administrator reads about an error of the account as a whole: the sentence without what it says
/// of a message, of which there is none.
pub(super) fn of_account(code: Option<i64>, details: Option<&str>) -> Failure {
    let Failure { sentence, remedy, .. } = failure(code, details);
    let sentence = [" Your message was not sent.", " It was not sent.", " Nothing was sent."]
        .into_iter()
        .fold(sentence, |sentence, of_a_message| sentence.replace(of_a_message, ""));
    named(&code.map_or_else(|| "unexplained".to_owned(), |code| code.to_string()), sentence, remedy)
}

/// Why nothing of an account goes out. Unlike the others it is no message's end: they wait.
pub(super) fn no_access() -> Failure {
    named(
        "no_access",
        "WhatsApp no longer takes this hub's access. What is written waits and goes out by itself once the access is renewed. Tell your administrator.",
        Remedy::TellAdministrator,
    )
}

/// The same where it is not the provider who refuses, but a firewall or filter on the way: it does not say why.
pub(super) fn barred() -> Failure {
    named(
        "barred",
        "Something between this hub and WhatsApp lets nothing through. What is written waits and goes out by itself once it does. Tell your administrator.",
        Remedy::TellAdministrator,
    )
}

/// Whether something on the way refused, and not the provider: it may have been about one message alone.
#[must_use]
pub fn is_barred(failure: &Failure) -> bool {
    failure.reason == "whatsapp.barred"
}

/// What becomes of a message that is barred again and again, while other calls are let through.
#[must_use]
pub fn barred_alone() -> Failure {
    named(
        "barred_alone",
        "Something between this hub and WhatsApp does not let this message through. It was not sent. Tell your administrator.",
        Remedy::TellAdministrator,
    )
}

/// Whether a failure lies with the contact's address, as far as the provider tells. It is no proof: the same
/// codes are reported now and then for contacts who can be reached.
#[must_use]
pub fn concerns_address(failure: &Failure) -> bool {
    let code = failure.reason.strip_prefix("whatsapp.");
    matches!(code, Some("131021" | "131026" | "131030" | "131050" | "130403" | "not_a_number"))
}

/// A failure under a name of this channel.
pub(super) fn named(reason: &str, sentence: impl Into<String>, remedy: Remedy) -> Failure {
    Failure { reason: format!("whatsapp.{reason}"), sentence: sentence.into(), remedy, class: None }
}

/// The provider's own explanation in an error object.
pub(super) fn details(error: &Value) -> Option<String> {
    text(error, &["error_data", "details"]).or_else(|| text(error, &["message"]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_stands_in_the_table_once_and_in_order() {
        let ends: Vec<_> = table::LINES.iter().flat_map(|(first, last, ..)| [*first, *last]).collect();
        assert!(ends.is_sorted(), "{ends:?}");
        for pair in table::LINES.windows(2) {
            assert!(pair[0].1 < pair[1].0, "{} and {} overlap", pair[0].1, pair[1].0);
        }
    }

    #[test]
    fn every_sentence_is_one_a_person_can_use() {
        for (code, _, class, sentence, remedy) in table::LINES {
            assert!(sentence.ends_with('.'), "{code}");
            assert!(!sentence.contains("Error") && !sentence.contains("(#"), "{code}");
            match class {
                Class::SetUp | Class::Access => assert_eq!(*remedy, Remedy::TellAdministrator, "{code}"),
                Class::Retry => assert_eq!(*remedy, Remedy::SendAgain, "{code}"),
                Class::Agent | Class::Final => {}
            }
        }
    }

    /// The words by which a sentence names the way out that has no button of its own.
    fn named_by(remedy: Remedy) -> &'static str {
        match remedy {
            Remedy::TellAdministrator => "administrator",
            Remedy::WaitForContact => "contact",
            Remedy::ConfirmAddress => "number",
            Remedy::WriteAgain | Remedy::SendAgain | Remedy::SendNotification | Remedy::Nothing => "",
        }
    }

    #[test]
    fn every_sentence_names_its_way_out() {
        for (code, _, _, sentence, remedy) in table::LINES {
            assert!(sentence.contains(named_by(*remedy)), "{code}: {sentence}");
        }
    }

    /// The table as a file, from which the screen's words and the stories know what there is.
    /// `DESKBELL_WRITE_GOLDEN=1` writes it.
    #[test]
    fn the_table_lies_beside_it_for_other_languages() {
        let lines: Vec<Value> = table::LINES
            .iter()
            .map(|(first, last, class, sentence, remedy)| {
                serde_json::json!({
                    "first": first, "last": last, "class": format!("{class:?}"), "sentence": sentence, "way_out": remedy,
                })
            })
            .collect();
        let text = format!("{}\n", serde_json::to_string_pretty(&lines).unwrap());
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/whatsapp/errors.json");
        if std::env::var_os("DESKBELL_WRITE_GOLDEN").is_some() {
            std::fs::write(path, &text).unwrap();
        }
        assert_eq!(std::fs::read_to_string(path).unwrap(), text, "write it with DESKBELL_WRITE_GOLDEN=1");
    }

    #[test]
    fn what_practice_can_produce_has_its_sentence() {
        for (code, class) in [
            (190, Class::Access),
            (130_429, Class::Retry),
            (131_000, Class::Retry),
            (131_026, Class::Final),
            (131_047, Class::Agent),
            (131_056, Class::Retry),
            (250, Class::SetUp),
        ] {
            assert_eq!(super::class(code), class, "{code}");
            assert!(!failure(Some(code), Some("never shown")).sentence.contains("never shown"));
        }
        assert_eq!(super::class(300), Class::Final);
    }
}
