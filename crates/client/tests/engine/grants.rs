//! What may be read comes, and what may no longer be read goes.

use std::sync::Arc;

use deskbell_client::api::{Event, OutgoingState, Request};
use deskbell_protocol::{Change, InteractionState, OfferState, Scope};
use tokio::sync::Semaphore;

use crate::support::desktop::{Desktop, saying};
use crate::support::hub::Hub;
use crate::support::people::*;
use crate::support::{soon, until};

fn granted(contact: u64) -> Change {
    Change::Granted { scope: Scope::Conversation(conversation_of(contact)) }
}

fn carla_has_written(hub: &Hub, lines: u64) {
    let mut world = hub.world();
    world.page = 10;
    world.conversations = vec![detail(CARLA, vec![interaction(CARLA, InteractionState::Active, 2)], 1)];
    let lines = (1..=lines).map(|n| writes(CARLA, n, &format!("line {n}"), 1)).collect();
    world.messages.insert(conversation_of(CARLA), lines);
}

#[tokio::test]
async fn a_grant_brings_the_conversation_and_its_transcript() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let mut ui = desk.on().await;
    let link = hub.live().await;
    ui.live().await;
    carla_has_written(&hub, 25);
    link.entries(
        vec![granted(CARLA), Change::Interaction { row: interaction(CARLA, InteractionState::Active, 2) }],
        2,
    );
    ui.sees(|changes| saying(changes, "line 1")).await;
    assert_eq!(ui.transcript(CARLA).await.len(), 25);
    let view = ui.view(CARLA).await;
    assert_eq!(view.conversation.contact_name, "Carla");
    assert_eq!(view.unread, 10, "what the first page shows is unread: nobody has answered");
    assert_eq!(ui.search("line 17").await, ["line 17"]);
}

#[tokio::test]
async fn a_grant_survives_a_crash() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let ui = desk.on().await;
    let link = hub.live().await;
    ui.live().await;
    carla_has_written(&hub, 25);
    hub.world().transcripts_fail = true;
    link.entries(vec![granted(CARLA)], 2);
    until("an attempt to read", || async { hub.world().transcript_calls > 0 }).await;
    ui.kill();
    hub.world().transcripts_fail = false;
    let ui = desk.on().await;
    let mut link = hub.link().await;
    assert_eq!(link.hello().await.unwrap().position.0, 2, "the cursor is past the grant");
    link.welcome();
    link.entries(vec![], 2);
    until("the transcript", || async { ui.transcript(CARLA).await.len() == 25 }).await;
}

#[tokio::test]
async fn what_is_revoked_leaves_no_trace_but_annas_own_words() {
    let mut hub = Hub::start().await;
    carla_has_written(&hub, 5);
    hub.world().offers = vec![offer(CARLA, OfferState::Ringing, 1)];
    hub.world().head = 2;
    let desk = Desktop::of(&hub);
    let ui = desk.on().await;
    let mut link = hub.live().await;
    until("the transcript", || async { ui.transcript(CARLA).await.len() == 5 }).await;
    let conversation = conversation_of(CARLA);
    ui.send(CARLA, "my own words").await.unwrap();
    link.message().await;
    ui.ask(Request::SaveDraft { conversation, body: "half a sent".to_owned(), begun_on: None })
        .await
        .unwrap();

    let mut host = ui.engine.listen();
    link.entries(vec![Change::Revoked { scope: Scope::Queue(support().id) }], 3);
    let heard = soon("the end of access", async {
        loop {
            if let Ok(Event::Changed { changes }) = host.recv().await
                && changes.conversations_gone.contains(&conversation)
            {
                return changes;
            }
        }
    })
    .await;
    assert_eq!(heard.offers[0].state, OfferState::Withdrawn, "its toast goes too");
    let snapshot = ui.snapshot().await;
    assert!(
        snapshot.conversations.is_empty() && snapshot.interactions.is_empty() && snapshot.offers.is_empty()
    );
    assert!(snapshot.queues.is_empty());
    assert!(ui.transcript(CARLA).await.is_empty());
    assert!(ui.search("line").await.is_empty());
    let kept = ui.waiting(CARLA).await;
    assert_eq!(kept[0].body, "my own words");
    assert_eq!(kept[0].state, OutgoingState::Refused);
    assert_eq!(kept[0].failure.as_ref().unwrap().reason, "deskbell.access_ended");

    // She is a member again: everything comes back, but not the draft.
    link.entries(vec![Change::Granted { scope: Scope::Queue(support().id) }], 4);
    until("the transcript", || async { ui.transcript(CARLA).await.len() == 5 }).await;
    assert_eq!(ui.snapshot().await.queues, [support()]);
    assert_eq!(ui.view(CARLA).await.draft, None);
}

#[tokio::test]
async fn a_page_that_comes_after_access_has_ended_is_thrown_away() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let mut ui = desk.on().await;
    let link = hub.live().await;
    ui.live().await;
    carla_has_written(&hub, 5);
    let hold = Arc::new(Semaphore::new(0));
    {
        let mut world = hub.world();
        world.hold = Some(Arc::clone(&hold));
        world.conversations.push(detail(DENIZ, vec![], 1));
        world.messages.insert(conversation_of(DENIZ), vec![writes(DENIZ, 1, "hello", 1)]);
    }
    link.entries(vec![granted(CARLA)], 2);
    until("the call for the transcript", || async { hub.world().transcript_calls > 0 }).await;
    link.entries(
        vec![Change::Revoked { scope: Scope::Conversation(conversation_of(CARLA)) }, granted(DENIZ)],
        4,
    );
    ui.sees(|changes| (!changes.conversations_gone.is_empty()).then_some(())).await;
    // The page of Carla's arrives only now. What is asked for next is read after it.
    hold.add_permits(2);
    ui.reads(DENIZ, &["hello"]).await;
    assert!(ui.transcript(CARLA).await.is_empty());
    assert!(ui.search("line").await.is_empty());
    assert_eq!(ui.snapshot().await.conversations.len(), 1, "Deniz's alone");
}

#[tokio::test]
async fn what_is_revoked_while_anna_reads_it_leaves_her_screen() {
    let mut hub = Hub::start().await;
    carla_has_written(&hub, 5);
    hub.world().head = 2;
    let desk = Desktop::of(&hub);
    let ui = desk.on().await;
    let everything = ui.engine.listen();
    let link = hub.live().await;
    until("the transcript", || async { ui.transcript(CARLA).await.len() == 5 }).await;
    let mut ui = ui.settled(everything).await;
    let conversation = conversation_of(CARLA);
    ui.ask(Request::SetView { conversation: Some(conversation), focused: true, writing: false })
        .await
        .unwrap();
    ui.heard.lock().unwrap().clear();
    link.entries(vec![Change::Revoked { scope: Scope::Queue(support().id) }], 3);
    ui.hears(|event| (*event == Event::Resync).then_some(())).await;
    let told = ui.heard.lock().unwrap().iter().any(|event| {
        matches!(event, Event::Changed { changes } if changes.conversations_gone.contains(&conversation))
    });
    assert!(told, "her page hears what it may no longer show, before it reads anew");
}

#[tokio::test]
async fn the_snapshot_lists_what_anna_looks_at_however_old_it_is() {
    let mut hub = Hub::start().await;
    {
        let mut world = hub.world();
        world.head = 7;
        world.conversations = (1..=80)
            .map(|n| {
                let mut one = detail(n, vec![], 1);
                one.conversation.last_position = Some(writes(n, n, "", 1).position);
                one
            })
            .collect();
    }
    let desk = Desktop::of(&hub);
    let ui = desk.on().await;
    let link = hub.live().await;
    ui.live().await;
    let oldest = conversation_of(1);
    let lists = |it: &deskbell_client::api::WorkspaceSnapshot| {
        it.conversations.iter().filter(|view| view.conversation.id == oldest).count()
    };
    assert_eq!(lists(&ui.snapshot().await), 0, "there are newer ones");
    ui.ask(Request::SetView { conversation: Some(oldest), focused: false, writing: false }).await.unwrap();
    assert_eq!(lists(&ui.snapshot().await), 1);
    link.entries(vec![Change::Revoked { scope: Scope::Conversation(oldest) }], 8);
    until("the end of access", || async { lists(&ui.snapshot().await) == 0 }).await;
}

#[tokio::test]
async fn one_transcript_that_cannot_be_read_does_not_keep_the_others_waiting() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let ui = desk.on().await;
    let link = hub.live().await;
    ui.live().await;
    carla_has_written(&hub, 5);
    {
        let mut world = hub.world();
        world.conversations.push(detail(DENIZ, vec![], 1));
        world.messages.insert(conversation_of(DENIZ), vec![writes(DENIZ, 1, "hello", 1)]);
        world.broken = Some(conversation_of(CARLA));
    }
    link.entries(vec![granted(CARLA), granted(DENIZ)], 3);
    ui.reads(DENIZ, &["hello"]).await;
    assert!(ui.transcript(CARLA).await.is_empty());
    hub.world().broken = None;
    until("the transcript", || async { ui.transcript(CARLA).await.len() == 5 }).await;
}
