//! Whoever reads `docs/protocol.md` can write a client: `client.py` was written from it alone, in another
//! language, and has a conversation through a real hub, over real sockets, with its link dropped.
//!
//! When this turns red after a change of hub or protocol, so would every client that strangers have written.

#![allow(clippy::expect_used, clippy::panic, reason = "a test may stumble, loudly")]

mod shop;
mod stranger;

use deskbell_practice::Writer;

use shop::Shop;
use stranger::{Stranger, python};

#[tokio::test(flavor = "multi_thread")]
async fn a_client_written_from_the_document_alone_misses_nothing_and_doubles_nothing() {
    let Some(python) = python() else { return };
    let shop = Shop::open().await;
    let carla = shop.provider.customer("Carla");
    carla.writes("Is my bike ready? 🚲").await.expect("a hub that takes it");

    let mut client = Stranger::start(&python, &shop.url());
    client.says("signed in: Anna").await;
    client.says("live: Bike shop").await;
    client.says("ready").await;
    client.says("offered: Carla: Is my bike ready? 🚲").await;
    client.says("taken").await;
    client.says("answered").await;

    let left_at = number(&client.tells("dropped: at ").await);
    carla.writes("Until when are you open?").await.expect("a hub that takes it");
    carla.writes("I can be there at five.").await.expect("a hub that takes it");
    client.hears("I can be there at five.").await;

    let resumed = client.tells("resumed: from ").await;
    let (from, live_at) = resumed.split_once(", live at ").expect("both positions");
    assert_eq!(number(from), left_at, "it goes on from where it was");
    assert!(number(live_at) > left_at, "something happened meanwhile");
    client.says("repeated").await;
    client.says("ended").await;
    client.says("done").await;

    let transcript = client.tells("transcript: ").await;
    let mut transcript: Vec<String> = serde_json::from_str(&transcript).expect("the texts, in JSON");
    transcript.sort();
    let long = "🚲".repeat(4096);
    let mut said = [
        "Is my bike ready? 🚲",
        "Yes, since this morning.",
        &long,
        "Until when are you open?",
        "I can be there at five.",
    ];
    said.sort_unstable();
    assert_eq!(transcript, said, "every line is there, once");
    client.says("missed: 0").await;
    client.says("doubled: 0").await;
    client.ends_well().await;

    let on_her_phone: Vec<String> = carla
        .phone()
        .into_iter()
        .filter(|line| line.writer == Writer::Business)
        .map(|line| line.text)
        .collect();
    assert_eq!(on_her_phone, ["Yes, since this morning.", &long], "Carla was told everything, once");
}

fn number(text: &str) -> u64 {
    text.parse().unwrap_or_else(|_no_number| panic!("{text:?} is a position of the log"))
}
