//! The cast with an SMS provider: Ruth.

use std::time::Duration;

use deskbell_practice::{Line, Writer};

use crate::sms::stub::SmsDesk;
use crate::stub::{Desk, PATIENCE};

/// How many messages Ruth writes in one conversation: the opening, two turns and the goodbye.
const IN_ONE: usize = 4;

fn own(lines: &[Line]) -> Vec<String> {
    lines.iter().filter(|it| it.writer == Writer::Customer).map(|it| it.text.clone()).collect()
}

/// Answers Ruth until she has written so many messages, and then not.
async fn answers_ruth(desk: &SmsDesk, count: usize) -> Vec<String> {
    let ruth = desk.sms.customer("Ruth");
    let answer = async {
        for step in 0_u32.. {
            let lines = ruth.phone();
            let written = own(&lines);
            if written.len() >= count {
                return written;
            }
            let waits = lines.last().is_some_and(|it| it.writer == Writer::Customer);
            if waits && !written.len().is_multiple_of(IN_ONE) {
                desk.says("Ruth", "Yes, that is right.").await;
            }
            // The cast pauses while the business writes to nobody.
            if step % 500 == 499 {
                desk.says("Carla", "News!").await;
            }
            desk.clock.advance(1_000);
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        unreachable!("the loop ends by returning");
    };
    tokio::time::timeout(PATIENCE * 4, answer).await.expect("Ruth did not write")
}

#[tokio::test]
async fn ruth_writes_sms_in_english_and_the_next_time_in_german() {
    let desk = SmsDesk::new().await;
    desk.provider.start_cast();
    let written = answers_ruth(&desk, 2 * IN_ONE).await;
    assert!(written[0].starts_with("Hello") && written[0].contains("Ruth Engel"), "{written:?}");
    assert!(written[3].starts_with("Thank"), "{written:?}");
    assert!(written[4].contains("Rad") && written[4].contains("Ruth Engel"), "{written:?}");
    assert_eq!(written[5], "Nur vorne. Hinten geht es.");
    desk.hub.until(|hub| (hub.texts() == written).then_some(())).await;
    for form in desk.hub.forms().iter().filter(|it| it.field("SmsStatus") == "received") {
        assert_eq!((form.field("From"), form.field("NumSegments")), ("+4917604069021", "1"));
    }
    assert!(desk.provider.customer("Ruth").phone().is_empty(), "she is not on WhatsApp");
}

#[tokio::test]
async fn ruth_is_the_third_to_write_and_the_others_keep_their_order() {
    let names = ["Emily", "Thomas", "Sofia", "Priya", "Oskar", "Marta", "Yusuf", "Gerhard", "Jonas", "Chloé"];
    let names = names.iter().chain(&["ليلى", "Noa"]);
    let (with, without) = (SmsDesk::new().await, Desk::with_seed(1).await);
    with.provider.start_cast();
    without.provider.start_cast();
    let ruth = with.sms.customer("Ruth");
    with.turn_until(|_| ruth.phone().first().cloned()).await;
    let firsts = |provider: &deskbell_practice::Provider| {
        let all = names.clone().map(|name| provider.customer(name));
        let mut firsts: Vec<_> = all.filter_map(|it| it.phone().first().cloned()).collect();
        firsts.sort_by_key(|line| line.at);
        firsts.into_iter().map(|line| line.text).collect::<Vec<_>>()
    };
    let before_ruth = firsts(&with.provider);
    assert_eq!(before_ruth.len(), 2, "{before_ruth:?}");
    without.turn_until(|desk| (firsts(&desk.provider).len() >= 2).then_some(())).await;
    assert_eq!(firsts(&without.provider)[..2], before_ruth);
}

#[tokio::test]
async fn ruth_does_not_write_where_there_is_no_sms() {
    let desk = Desk::with_seed(1).await;
    desk.provider.start_cast();
    let names = ["Emily", "Thomas", "Sofia", "Marta", "Yusuf", "Gerhard", "Jonas", "Chloé", "Noa", "Priya"];
    let writers =
        |desk: &Desk| names.iter().filter(|name| !desk.provider.customer(name).phone().is_empty()).count();
    desk.turn_by(1_000, |desk| (writers(desk) >= 4).then_some(())).await;
    assert!(desk.provider.customer("Ruth").phone().is_empty());
}
