//! STOP and START.

use deskbell_channels::{ConsentChange, Inbound};
use deskbell_protocol::{Content, FailureClass, Remedy};

use crate::support::from_carla;

fn consent(fields: &[(&str, &str)]) -> Option<ConsentChange> {
    match from_carla(fields) {
        Inbound::Message(message) => message.consent,
        other => panic!("{other:?}"),
    }
}

#[test]
fn carla_unsubscribes_and_the_agent_is_told_what_ends_it() {
    let Some(ConsentChange::OptedOut { failure }) = consent(&[("Body", " Stop\n")]) else { panic!() };
    assert_eq!(failure.reason, "sms.opted_out");
    assert_eq!((failure.class, failure.remedy), (Some(FailureClass::OptedOut), Remedy::WaitForContact));
    assert!(failure.sentence.contains("START"), "{}", failure.sentence);
    // The word itself is in the transcript like any other.
    let Inbound::Message(message) = from_carla(&[("Body", " Stop\n")]) else { panic!() };
    assert_eq!(message.content, Content::Text { body: " Stop\n".to_owned() });
}

#[test]
fn each_word_of_the_provider_counts_alone_and_in_any_case() {
    for word in ["STOP", "stopall", "Unsubscribe", "CANCEL", "end", "QUIT", "revoke", "OptOut"] {
        assert!(matches!(consent(&[("Body", word)]), Some(ConsentChange::OptedOut { .. })), "{word}");
    }
    for word in ["START", "yes", "Unstop"] {
        assert_eq!(consent(&[("Body", word)]), Some(ConsentChange::OptedIn), "{word}");
    }
    for sentence in ["Please stop by at six", "STOP!", "yes please", "HELP", ""] {
        assert_eq!(consent(&[("Body", sentence)]), None, "{sentence}");
    }
}

#[test]
fn where_the_provider_decides_by_words_of_the_account_its_verdict_counts() {
    let by = |verdict: &str, body: &str| consent(&[("OptOutType", verdict), ("Body", body)]);
    assert!(matches!(by("STOP", "arrêt"), Some(ConsentChange::OptedOut { .. })));
    assert_eq!(by("START", "encore"), Some(ConsentChange::OptedIn));
    assert_eq!(by("HELP", "stop"), None);
}
