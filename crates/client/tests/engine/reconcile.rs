//! When the log cannot be continued, everything is read anew; what is not at the hub stays.

use deskbell_client::api::{Event, OutgoingState, Request};
use deskbell_protocol::{
    Change, ErrorBody, ErrorCode, HubFrame, InteractionState, LogPosition, OfferState, Readiness,
};

use crate::support::desktop::{Desktop, Ui};
use crate::support::hub::{Hub, Link};
use crate::support::people::*;
use crate::support::until;

/// Anna has read Carla's three lines and one of Deniz; all at log position 20.
async fn before(hub: &mut Hub, desk: &Desktop) -> (Ui, Link) {
    let ui = desk.on().await;
    let link = hub.live().await;
    ui.live().await;
    link.entries(
        vec![
            Change::Status { row: status(Readiness::Ready, 10) },
            Change::Conversation { row: conversation(CARLA, 11) },
            Change::Conversation { row: conversation(DENIZ, 12) },
            Change::Interaction { row: interaction(CARLA, InteractionState::Active, 13) },
            Change::Offer { row: offer(DENIZ, OfferState::Ringing, 14) },
            Change::Message { row: writes(CARLA, 1, "one", 15) },
            Change::Message { row: writes(CARLA, 2, "two", 16) },
            Change::Message { row: writes(CARLA, 3, "three", 17) },
            Change::Message { row: writes(DENIZ, 1, "hello", 20) },
        ],
        20,
    );
    ui.reads(DENIZ, &["hello"]).await;
    (ui, link)
}

#[tokio::test]
async fn a_hub_restored_from_a_backup_is_believed_and_what_is_unsent_stays() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let (ui, link) = before(&mut hub, &desk).await;
    link.cut();
    ui.connection(|now| !matches!(now, deskbell_client::api::Connection::Live { .. })).await;
    ui.send(CARLA, "unsent").await.unwrap();
    let conversation = conversation_of(CARLA);
    ui.ask(Request::SaveDraft { conversation, body: "unfinished".to_owned(), begun_on: None }).await.unwrap();
    {
        // The backup is older: it knows Carla's first line only, and lower versions. Deniz is unknown to it.
        let mut world = hub.world();
        world.generation = id(2);
        world.head = 5;
        world.conversations = vec![detail(CARLA, vec![], 2)];
        world.conversations[0].conversation.contact_name = "Carla of old".to_owned();
        world.messages.insert(conversation, vec![writes(CARLA, 1, "one", 3), writes(CARLA, 4, "four", 4)]);
        world.statuses = vec![status(Readiness::SignedOut, 1)];
    }
    ui.engine.wake();
    let mut link = hub.link().await;
    assert_eq!(link.hello().await.unwrap().position, LogPosition(20));
    link.welcome();
    link.say(HubFrame::CursorTooOld {});
    let resumed = link.resume().await;
    assert_eq!((resumed.generation, resumed.position), (id(2), LogPosition(5)));
    link.entries(vec![], 5);
    ui.reads(CARLA, &["one", "four"]).await;
    assert!(ui.transcript(DENIZ).await.is_empty());
    assert!(ui.search("two").await.is_empty(), "the index agrees");
    let snapshot = ui.snapshot().await;
    assert_eq!(snapshot.conversations.len(), 1);
    assert_eq!(snapshot.conversations[0].conversation.contact_name, "Carla of old");
    assert_eq!(snapshot.conversations[0].draft.as_deref(), Some("unfinished"));
    assert!(snapshot.interactions.is_empty() && snapshot.offers.is_empty());
    assert_eq!(snapshot.statuses, [status(Readiness::SignedOut, 1)]);
    assert_eq!(link.message().await.1, "unsent");
}

#[tokio::test]
async fn after_a_long_absence_what_came_meanwhile_is_unread_and_live_entries_are_not_swept_away() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let (ui, link) = before(&mut hub, &desk).await;
    ui.ask(Request::SetView { conversation: Some(conversation_of(CARLA)), focused: true, writing: false })
        .await
        .unwrap();
    ui.ask(Request::SetView { conversation: None, focused: true, writing: false }).await.unwrap();
    assert_eq!(ui.view(CARLA).await.unread, 0);
    ui.off().await;
    drop(link);
    {
        let mut world = hub.world();
        world.head = 90;
        world.transcripts_fail = true;
        world.conversations = vec![
            detail(CARLA, vec![interaction(CARLA, InteractionState::Active, 13)], 80),
            detail(DENIZ, vec![], 12),
        ];
        let lines =
            vec![writes(CARLA, 1, "one", 15), writes(CARLA, 3, "three", 17), writes(CARLA, 5, "five", 80)];
        world.messages.insert(conversation_of(CARLA), lines);
        world.messages.insert(conversation_of(DENIZ), vec![writes(DENIZ, 1, "hello", 20)]);
    }
    let ui = desk.on().await;
    let mut link = hub.link().await;
    link.hello().await;
    link.welcome();
    link.say(HubFrame::CursorTooOld {});
    link.resume().await;
    // Carla writes while the transcripts are still to be read.
    link.entries(vec![Change::Message { row: writes(CARLA, 6, "six", 91) }], 91);
    ui.reads(CARLA, &["one", "two", "three", "six"]).await;
    hub.world().transcripts_fail = false;
    ui.reads(CARLA, &["one", "three", "five", "six"]).await;
    assert_eq!(ui.view(CARLA).await.unread, 2, "five and six");
    assert_eq!(ui.transcript(DENIZ).await, ["hello"]);
}

#[tokio::test]
async fn many_conversations_come_by_pages_and_the_ui_reads_anew_once_they_are_there() {
    let mut hub = Hub::start().await;
    {
        let mut world = hub.world();
        world.head = 7;
        world.page = 10;
        world.conversations = (1..=35).map(|n| detail(n, vec![], 1)).collect();
        for n in 1..=35 {
            world.messages.insert(conversation_of(n), vec![writes(n, 1, &format!("from {n}"), 1)]);
        }
    }
    let desk = Desktop::of(&hub);
    let mut ui = desk.on().await;
    let link = hub.live().await;
    ui.live().await;
    assert_eq!(ui.snapshot().await.conversations.len(), 35);
    until("the transcripts", || async {
        ui.transcript(1).await == ["from 1"] && ui.transcript(35).await == ["from 35"]
    })
    .await;
    ui.hears(|event| (*event == Event::Resync).then_some(())).await;
    assert_eq!(ui.snapshot().await.conversations[0].unread, 0, "old transcripts are not unread");
    link.cut();
    let mut link = hub.link().await;
    assert_eq!(link.hello().await.unwrap().position, LogPosition(7), "and from there the log goes on");
}

#[tokio::test]
async fn a_snapshot_that_is_cut_short_is_begun_again() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let ui = desk.on().await;
    let mut link = hub.link().await;
    assert_eq!(link.hello().await, None);
    link.welcome();
    link.cut();
    let mut link = hub.link().await;
    assert_eq!(link.hello().await, None, "there is no cursor before everything has been read");
    link.welcome();
    link.say(HubFrame::CursorTooOld {});
    link.resume().await;
    link.entries(vec![], 0);
    ui.live().await;
}

#[tokio::test]
async fn what_a_restored_hub_has_lost_again_is_sent_again() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let (ui, mut link) = before(&mut hub, &desk).await;
    ui.send(CARLA, "stored, then lost").await.unwrap();
    let (stored, _) = link.message().await;
    link.reply(stored, None);
    ui.send(DENIZ, "for somebody the backup does not know").await.unwrap();
    let (stored, _) = link.message().await;
    link.reply(stored, None);
    let conversation = conversation_of(DENIZ);
    ui.ask(Request::SaveDraft { conversation, body: "unfinished".to_owned(), begun_on: None }).await.unwrap();
    link.cut();
    {
        let mut world = hub.world();
        world.generation = id(2);
        world.head = 5;
        world.conversations = vec![detail(CARLA, vec![], 2)];
    }
    ui.engine.wake();
    let mut link = hub.live().await;
    let mut sent = [link.message().await, link.message().await];
    sent.sort_by(|one, other| one.1.cmp(&other.1));
    assert_eq!(sent[0].1, "for somebody the backup does not know");
    assert_eq!(sent[1].1, "stored, then lost");
    // Carla's is stored now. What becomes of the other one, the hub says.
    link.reply(sent[1].0, None);
    link.reply(sent[0].0, Some(ErrorBody::new(ErrorCode::NotFound, "There is no such conversation.")));
    until("the hub's answer", || async {
        ui.waiting(DENIZ).await.iter().any(|one| one.state == OutgoingState::Refused)
    })
    .await;

    // A later backup knows Deniz: what was being written is still there.
    link.entries(vec![Change::Conversation { row: crate::support::people::conversation(DENIZ, 6) }], 6);
    until("the draft", || async {
        let views = ui.snapshot().await.conversations;
        views.iter().any(|view| view.draft.as_deref() == Some("unfinished"))
    })
    .await;
}

#[tokio::test]
async fn a_hub_that_asks_for_a_moment_is_read_to_the_end_over_one_connection() {
    let mut hub = Hub::start().await;
    {
        let mut world = hub.world();
        world.page = 1;
        world.out_of_breath = 3;
        world.conversations = vec![detail(CARLA, vec![], 1), detail(DENIZ, vec![], 2)];
    }
    let desk = Desktop::of(&hub);
    let ui = desk.on().await;
    // Another connection than the first would be one that nobody answers.
    let _link = hub.live().await;
    ui.live().await;
    assert_eq!(ui.snapshot().await.conversations.len(), 2);
}
