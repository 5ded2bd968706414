//! The cast: people who write by a script.

use std::collections::HashMap;

use deskbell_clock::Clock;
use deskbell_practice::{Customer, Line, Tick, Writer};
use serde_json::json;

use crate::stub::{Desk, MORNING};

const NAMES: [&str; 12] = [
    "Emily Carter",
    "Thomas Whitfield",
    "Sofia Rossi",
    "Priya Nair",
    "Oskar Lindqvist",
    "Marta Keller",
    "Yusuf Demir",
    "Gerhard Brandt",
    "Jonas Weber",
    "Chloé Dubois",
    "ليلى حداد",
    "Noa Shapira",
];

fn cast(desk: &Desk) -> Vec<Customer> {
    NAMES.map(|name| desk.provider.customer(name)).to_vec()
}

/// When a customer wrote, and what.
fn said(lines: &[Line]) -> Vec<(i64, String)> {
    let own = lines.iter().filter(|it| it.writer == Writer::Customer);
    own.map(|it| (it.at, it.text.clone())).collect()
}

/// The most conversations that are open at any time. A conversation lasts from the customer's first message to the
/// last one.
fn most_open(everybody: &[Vec<Line>]) -> usize {
    let spans: Vec<_> =
        everybody.iter().filter_map(|lines| Some((said(lines).first()?.0, said(lines).last()?.0))).collect();
    let open_at = |at| spans.iter().filter(|(first, last)| *first <= at && at < *last).count();
    spans.iter().map(|(first, _)| open_at(*first)).max().unwrap_or(0)
}

/// Anna answers every message, and Ben never has to.
fn answered(n: usize) -> Option<String> {
    let answers = ["Hello, this is Anna. Of course.", "I have noted that for you.", "Yes, that is possible."];
    Some(answers[n % answers.len()].to_owned())
}

async fn desk_with_anna(seed: u64) -> Desk {
    let desk = Desk::with_seed(seed).await;
    desk.hub
        .has_agent(&desk.provider, |value| answered(value["messages"][0]["id"].as_str().map_or(0, str::len)));
    desk.provider.start_cast();
    desk
}

#[tokio::test]
async fn the_first_customer_writes_within_seconds_and_nobody_before_that() {
    let desk = Desk::new().await;
    desk.clock.advance(3_600_000);
    assert!(cast(&desk).iter().all(|it| it.phone().is_empty()));
    desk.provider.start_cast();
    desk.provider.start_cast();
    let began = desk.clock.now();
    desk.turn_until(|desk| desk.hub.texts().pop()).await;
    let first: Vec<_> = cast(&desk).iter().flat_map(|it| said(&it.phone())).collect();
    assert!(!first.is_empty() && first.iter().all(|(at, _)| at - began <= 8_000), "{first:?}");
}

#[tokio::test]
async fn everybody_has_a_turn_and_a_manner_and_says_goodbye() {
    let desk = desk_with_anna(3).await;
    let oskar = NAMES.iter().position(|it| it.starts_with("Oskar")).unwrap();
    // Everybody has written and been answered; those who can be reached have finished a script.
    let everybody: Vec<Vec<Line>> = desk
        .turn_by(500, |desk| {
            let all: Vec<_> = cast(desk).iter().map(Customer::phone).collect();
            let done =
                all.iter().enumerate().all(|(n, lines)| said(lines).len() >= if n == oskar { 2 } else { 4 });
            done.then_some(all)
        })
        .await;
    let lines: HashMap<_, _> = NAMES.into_iter().zip(everybody.clone()).collect();
    let texts = |name: &str| said(&lines[name]).into_iter().map(|it| it.1).collect::<Vec<_>>();
    assert!(most_open(&everybody) <= 4, "three, and one who was just leaving");

    // Several messages in a burst.
    let yusuf = said(&lines["Yusuf Demir"]);
    assert!(yusuf[1].0 - yusuf[0].0 < 5_000, "{yusuf:?}");
    // Emoji only.
    assert!(texts("Chloé Dubois").iter().all(|it| !it.chars().any(char::is_alphabetic)));
    // A very long text.
    assert!(texts("Gerhard Brandt")[0].chars().count() > 1_500);
    // From right to left.
    let of_script = |name: &str, from: char, to: char| {
        texts(name)[0].chars().filter(|it| (from..=to).contains(it)).count() > 20
    };
    assert!(of_script("ليلى حداد", '\u{0600}', '\u{06ff}'));
    assert!(of_script("Noa Shapira", '\u{0590}', '\u{05ff}'));
    // No phone number.
    assert_eq!(desk.provider.customer("Priya").wa_id(), None);
    let first_answer = |name: &str| lines[name].iter().find(|it| it.writer == Writer::Business).unwrap();
    // Marta reacts to the first answer.
    let liked = first_answer("Marta Keller");
    assert_eq!(liked.reaction.as_deref(), Some("👍"));
    let reactions: Vec<_> = desk.hub.messages().into_iter().filter(|it| it["type"] == "reaction").collect();
    assert!(reactions.iter().any(|it| it["reaction"]["message_id"] == liked.id.as_str()), "{reactions:?}");
    // Priya quotes the first answer.
    let reply = lines["Priya Nair"].iter().find(|it| it.reply_to.is_some()).unwrap();
    assert_eq!(reply.reply_to.as_ref(), Some(&first_answer("Priya Nair").id));
    for line in everybody.iter().flatten().filter(|it| it.writer == Writer::Customer) {
        assert!(line.reaction.is_none() && line.reply_to != Some(line.id.clone()), "{line:?}");
    }
    // Messages to him fail, with a code.
    for line in lines["Oskar Lindqvist"].iter().filter(|it| it.writer == Writer::Business) {
        let failed = line.tick == Tick::Failed;
        assert!(failed || line.tick == Tick::Taken, "{line:?}");
        if failed {
            assert_eq!(desk.hub.statuses(&line.id)[0]["errors"][0]["code"], 131_026);
        }
    }
    // He sends no read receipts.
    for line in lines["Jonas Weber"].iter().filter(|it| it.writer == Writer::Business) {
        assert!(!desk.hub.status_words(&line.id).contains(&"read".to_owned()));
    }
    // The quick one is quicker than the slow one.
    let patience = |name: &str| {
        let lines = &lines[name];
        let answer = lines.iter().position(|it| it.writer == Writer::Business).unwrap();
        let next = lines[answer..].iter().find(|it| it.writer == Writer::Customer).unwrap();
        next.at - lines[answer].at
    };
    assert!(patience("Emily Carter") * 2 < patience("Thomas Whitfield"));
}

#[tokio::test]
async fn a_shift_goes_on_and_people_come_back_with_something_else() {
    let desk = desk_with_anna(5).await;
    let openings = desk
        .turn_by(500, |desk| {
            let emily = said(&desk.provider.customer("Emily").phone());
            // A quarter of an hour between two messages: she was away.
            let back = emily.windows(2).find(|it| it[1].0 - it[0].0 > 600_000)?;
            Some((emily[0].1.clone(), back[1].1.clone()))
        })
        .await;
    assert_ne!(openings.0, openings.1);
}

#[tokio::test]
async fn sofia_comes_by_an_advertisement_and_later_without_one() {
    let desk = desk_with_anna(5).await;
    let first = desk
        .turn_by(500, |desk| {
            let sofia = desk.provider.customer("Sofia").phone();
            let own: Vec<_> = sofia.iter().filter(|it| it.writer == Writer::Customer).collect();
            let back = own.windows(2).find(|it| it[1].at - it[0].at > 600_000)?[1];
            (back.tick == Tick::Taken).then(|| own[0].clone())
        })
        .await;
    let messages = desk.hub.messages();
    let referred: Vec<_> = messages.iter().filter(|it| it.get("referral").is_some()).collect();
    assert_eq!(referred.len(), 1, "{referred:?}");
    assert_eq!(referred[0]["id"], first.id.as_str(), "her very first words");
    let referral = &referred[0]["referral"];
    assert_eq!((&referral["source_type"], &referral["media_type"]), (&json!("ad"), &json!("image")));
    assert_eq!(referral["headline"], "E-bikes for the weekend 🚲");
    for key in ["source_id", "source_url", "image_url", "body", "ctwa_clid"] {
        assert!(!referral[key].as_str().unwrap().is_empty(), "{key}");
    }
}

#[tokio::test]
async fn a_desk_left_alone_is_not_flooded() {
    let desk = Desk::new().await;
    desk.provider.start_cast();
    let writers = |desk: &Desk| cast(desk).iter().filter(|it| !it.phone().is_empty()).count();
    // Four people have asked, asked again and gone; up to two more have begun in that time.
    let hours = 3 * 3_600_000;
    desk.turn_by(5_000, |desk| (desk.clock.now() - MORNING > hours).then_some(())).await;
    let silent = writers(&desk);
    assert!((4..=6).contains(&silent), "{silent}");
    let somebody = cast(&desk).into_iter().find(|it| !it.phone().is_empty() && it.wa_id().is_some()).unwrap();
    desk.says(somebody.name(), "Good morning, we are back!").await;
    desk.turn_until(|desk| (writers(desk) > silent).then_some(())).await;
}

#[tokio::test]
async fn emily_tells_what_she_is_asked_waits_when_asked_to_and_leaves_politely() {
    let desk = Desk::with_seed(1).await;
    let emily = desk.provider.customer("Emily");
    desk.provider.start_cast();
    desk.turn_until(|_| said(&emily.phone()).pop()).await;
    let reply = async |text: &str| {
        let before = said(&emily.phone()).len();
        desk.says("Emily", text).await;
        desk.turn_until(|_| said(&emily.phone()).get(before).cloned()).await.1
    };
    assert_eq!(
        reply("Hello Emily, I'm Anna. May I have your order number?").await,
        "The order number is 20418."
    );
    let waits = reply("Thank you. One moment please, let me check.").await;
    assert!(["Sure, take your time.", "No problem, I'll wait.", "Of course 👍"].contains(&waits.as_str()));
    assert!(reply("It leaves our store today.").await.contains("Saturday"));
    let bye = reply("You will have it on Friday. Have a nice day!").await;
    assert!(bye.to_lowercase().contains("thank"), "{bye}");

    // The conversation has ended: she answers politely once, and then no more.
    let polite = reply("Is there anything else I can do?").await;
    let all_good = ["All good on my side now, thank you!", "That's everything from me. Thanks again!"];
    assert!(all_good.contains(&polite.as_str()), "{polite}");
    let (said_all, began) = (said(&emily.phone()), desk.clock.now());
    let wamid = desk.says("Emily", "Really nothing?").await;
    desk.turn_until(|desk| (desk.clock.now() - began > 120_000).then_some(())).await;
    assert_eq!(said(&emily.phone()), said_all);
    assert_eq!(desk.hub.status_words(&wamid), ["sent", "delivered", "read"], "though she has read it");
}

#[tokio::test]
async fn the_same_seed_gives_the_same_morning_and_another_seed_another_one() {
    let morning = async |seed| {
        let desk = Desk::with_seed(seed).await;
        desk.provider.start_cast();
        desk.turn_by(2_000, |desk| (desk.clock.now() - MORNING > 1_500_000).then_some(())).await;
        // What was written a moment ago may still be under way.
        let settled = MORNING + 1_400_000;
        let mut all: Vec<_> = cast(&desk)
            .iter()
            .flat_map(|it| {
                it.phone().into_iter().map(|line| (line.at, it.name().to_owned(), line.text, line.id))
            })
            .filter(|it| it.0 < settled)
            .collect();
        all.sort();
        all
    };
    let (one, again, other) = (morning(7).await, morning(7).await, morning(8).await);
    assert!(one.len() >= 6, "{one:?}");
    assert_eq!(one, again);
    assert_ne!(one, other);
}
