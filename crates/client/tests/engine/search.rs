//! Finding what was said.

use deskbell_client::api::{Reply, Request};
use deskbell_protocol::Change;

use crate::support::desktop::{Desktop, Ui};
use crate::support::hub::{Hub, Link};
use crate::support::people::*;

async fn said(texts: &[&str]) -> (Ui, Hub, Link, Desktop) {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let ui = desk.on().await;
    let link = hub.live().await;
    let mut changes = vec![Change::Conversation { row: conversation(CARLA, 1) }];
    changes.extend(
        texts
            .iter()
            .zip(2_u32..)
            .map(|(text, n)| Change::Message { row: writes(CARLA, u64::from(n), text, i64::from(n)) }),
    );
    let upto = i64::try_from(changes.len()).unwrap();
    link.entries(changes, upto);
    ui.reads(CARLA, texts).await;
    (ui, hub, link, desk)
}

#[tokio::test]
async fn all_words_have_to_be_there_and_the_last_one_may_be_unfinished() {
    let (ui, _hub, _link, _desk) =
        said(&["The parcel is late", "Which parcel?", "Parcels are never late", "A late lunch"]).await;
    assert_eq!(
        ui.search("late parc").await,
        ["Parcels are never late", "The parcel is late"],
        "newest first"
    );
    assert_eq!(ui.search("PARCEL ").await, ["Which parcel?", "The parcel is late"]);
    assert_eq!(ui.search("late dinner").await, Vec::<String>::new());
    assert_eq!(ui.search("  ").await, Vec::<String>::new());
    assert_eq!(ui.search("\"late\" AND (OR NEAR* -x:").await, Vec::<String>::new(), "signs are no commands");
}

#[tokio::test]
async fn chinese_thai_and_accents_are_found() {
    let (ui, _hub, _link, _desk) = said(&[
        "我的包裹在哪里",
        "包括运费吗",
        "ขอบคุณมากค่ะ",
        "Über die Brücke",
        "東京タワーへ行きたい",
        "cafe\u{301} au lait",
    ])
    .await;
    assert_eq!(ui.search("包裹").await, ["我的包裹在哪里"], "two signs");
    assert_eq!(ui.search("包").await, ["包括运费吗", "我的包裹在哪里"], "one sign");
    assert_eq!(ui.search("包裹在哪").await, ["我的包裹在哪里"]);
    assert_eq!(ui.search("裹包").await, Vec::<String>::new(), "in that order only");
    assert_eq!(ui.search("我包").await, Vec::<String>::new(), "side by side only");
    assert_eq!(ui.search("คุณ").await, ["ขอบคุณมากค่ะ"]);
    assert_eq!(ui.search("ค่ะ").await, ["ขอบคุณมากค่ะ"]);
    assert_eq!(ui.search("uber bruck").await, ["Über die Brücke"]);
    assert_eq!(ui.search("タワー").await, ["東京タワーへ行きたい"]);
    assert_eq!(ui.search("café").await, ["cafe\u{301} au lait"]);
}

#[tokio::test]
async fn hits_come_by_pages_with_the_contacts_name() {
    let (ui, _hub, _link, _desk) = said(&["tea one", "tea two", "tea three"]).await;
    let ask = |before, limit| Request::Search { words: "tea".to_owned(), before, limit };
    let Reply::Hits { hits, more } = ui.ask(ask(None, 2)).await.unwrap() else { panic!("hits") };
    assert!(more);
    assert_eq!(hits[0].contact_name, "Carla");
    let Reply::Hits { hits, more } = ui.ask(ask(Some(hits[1].message.position), 2)).await.unwrap() else {
        panic!("hits")
    };
    assert!(!more);
    assert_eq!(hits.iter().map(|hit| body(&hit.message)).collect::<Vec<_>>(), ["tea one"]);
}
