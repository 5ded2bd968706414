//! Contacts, which of them are Anna's, and our own accounts: in the cache, and out of it again.

use deskbell_client::api::{AccountView, ContactView, Reply, Request};
use deskbell_protocol::{
    AccountHealth, Change, Channel, ErrorCode, EvidenceState, Failure, LogPosition, Message, Millis, Remedy,
    Scope,
};

use crate::support::desktop::{Desktop, Ui, saying};
use crate::support::hub::{Hub, Link};
use crate::support::people::*;
use crate::support::until;

/// Anna's assigned contacts by name, and whether all contacts there are were considered.
async fn assigned(ui: &Ui) -> Vec<ContactView> {
    match ui.ask(Request::AssignedContacts).await.unwrap() {
        Reply::Contacts { contacts, .. } => contacts,
        other => panic!("{other:?}"),
    }
}

fn names(views: &[ContactView]) -> Vec<&str> {
    views.iter().map(|view| view.contact.name.as_str()).collect()
}

async fn find(ui: &Ui, words: &str) -> (Vec<ContactView>, bool) {
    let words = words.to_owned();
    match ui.ask(Request::FindContacts { words, after: None, limit: 20 }).await.unwrap() {
        Reply::Contacts { contacts, whole, .. } => (contacts, whole),
        other => panic!("{other:?}"),
    }
}

/// Carla and Deniz are Anna's; Deniz wrote last.
async fn both_are_hers(hub: &mut Hub, desk: &Desktop) -> (Ui, Link) {
    {
        let mut world = hub.world();
        world.head = 5;
        world.conversations = vec![of_contact(CARLA, vec![], 1), of_contact(DENIZ, vec![], 2)];
        for (at, detail) in (1_i64..).zip(world.conversations.iter_mut()) {
            detail.conversation.last_position = Some(writes(CARLA, at.unsigned_abs(), "", 1).position);
        }
        world.assignments = vec![assignment(CARLA, true, 3), assignment(DENIZ, true, 4)];
    }
    let ui = desk.on().await;
    let everything = ui.engine.listen();
    let link = hub.live().await;
    (ui.settled(everything).await, link)
}

#[tokio::test]
async fn assigned_contacts_are_there_offline_with_unread_and_draft() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let (mut ui, link) = both_are_hers(&mut hub, &desk).await;
    assert_eq!(names(&assigned(&ui).await), ["Deniz", "Carla"], "the newest word first");
    let conversation = conversation_of(CARLA);
    let begun_on = Some(writes(CARLA, 1, "", 1).position);
    ui.ask(Request::SaveDraft { conversation, body: "Dear".to_owned(), begun_on }).await.unwrap();
    let later = Some(writes(CARLA, 9, "", 1).position);
    ui.ask(Request::SaveDraft { conversation, body: "Dear Carla".to_owned(), begun_on: later })
        .await
        .unwrap();
    let message: Message = writes(CARLA, 7, "Is it there?", 6);
    let mut row = crate::support::people::conversation(CARLA, 7);
    row.last_position = Some(message.position);
    row.evidence.state = EvidenceState::Verified;
    link.entries(vec![Change::Message { row: message }, Change::Conversation { row }], 7);
    ui.sees(|changes| saying(changes, "Is it there?")).await;
    link.cut();
    ui.kill();
    let ui = desk.on().await;
    let views = assigned(&ui).await;
    assert_eq!(names(&views), ["Carla", "Deniz"]);
    let channel = &views[0].conversations[0];
    assert_eq!((channel.unread, channel.draft.as_deref()), (1, Some("Dear Carla")));
    assert_eq!(channel.draft_begun_on, begun_on, "the draft was begun before Carla wrote again");
    assert_eq!(channel.conversation.evidence.state, EvidenceState::Verified);
    assert_eq!(views[0].contact.phones, contact(CARLA, 1).phones);
}

#[tokio::test]
async fn who_is_found_offline_is_assigned_and_who_is_found_by_the_hub_is_anybody() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let (ui, link) = both_are_hers(&mut hub, &desk).await;
    hub.world().contacts = vec![detail_of(0xe1)];
    let (found, whole) = find(&ui, "emre").await;
    assert_eq!((names(&found), whole, found[0].assigned), (vec!["Emre"], true, false));
    assert!(hub.world().asked.iter().any(|asked| asked.contains("search=emre")));
    link.cut();
    ui.connection(|now| !matches!(now, deskbell_client::api::Connection::Live { .. })).await;
    let (found, whole) = find(&ui, "0151 10").await;
    assert_eq!((names(&found).len(), whole), (2, false), "both share these digits");
    assert_eq!(names(&find(&ui, "car").await.0), ["Carla"]);
    assert_eq!(find(&ui, "emre").await.0, [], "who is not hers is not kept");
}

#[tokio::test]
async fn what_others_change_about_a_contact_appears_and_old_words_are_not_believed() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let (mut ui, link) = both_are_hers(&mut hub, &desk).await;
    let mut renamed = contact(CARLA, 8);
    renamed.name = "Carla Moreno".to_owned();
    link.entries(vec![Change::Contact { row: renamed.clone() }], 8);
    assert_eq!(ui.sees(|changes| changes.contacts.first().cloned()).await, renamed);
    link.entries(
        vec![
            Change::Contact { row: contact(CARLA, 2) },
            Change::Assignment { row: assignment(DENIZ, false, 9) },
        ],
        10,
    );
    let gone = ui.sees(|changes| changes.assignments.first().cloned()).await;
    assert_eq!((gone.contact, gone.assigned), (id(DENIZ), false));
    link.entries(vec![Change::Assignment { row: assignment(DENIZ, true, 4) }], 11);
    let mut dear = contact(CARLA, 12);
    dear.name = "Dear Carla".to_owned();
    link.entries(vec![Change::Contact { row: dear }], 12);
    ui.sees(|changes| changes.contacts.first().cloned()).await;
    assert_eq!(names(&assigned(&ui).await), ["Dear Carla"]);
}

#[tokio::test]
async fn a_contact_without_a_conversation_is_read_when_assigned() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let (ui, link) = both_are_hers(&mut hub, &desk).await;
    hub.world().contacts = vec![detail_of(0xe1)];
    link.entries(vec![Change::Assignment { row: assignment(0xe1, true, 6) }], 6);
    until("Emre", || async { names(&assigned(&ui).await) == ["Deniz", "Carla", "Emre"] }).await;
    drop(link);
    hub.world().assignments.push(assignment(0xe2, true, 7));
    hub.world().contacts.push(detail_of(0xe2));
    hub.world().generation = id(2);
    ui.engine.wake();
    let _link = hub.live().await;
    until("Emine instead of Emre", || async { names(&assigned(&ui).await) == ["Deniz", "Carla", "Emine"] })
        .await;
}

#[tokio::test]
async fn what_may_no_longer_be_read_takes_its_contact_along() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let (mut ui, link) = both_are_hers(&mut hub, &desk).await;
    let carla = Scope::Conversation(conversation_of(CARLA));
    link.entries(
        vec![Change::Assignment { row: assignment(CARLA, false, 6) }, Change::Revoked { scope: carla }],
        7,
    );
    ui.sees(|changes| (!changes.conversations_gone.is_empty()).then_some(())).await;
    link.cut();
    ui.connection(|now| !matches!(now, deskbell_client::api::Connection::Live { .. })).await;
    let error = ui.ask(Request::Contact { contact: id(CARLA) }).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::Offline, "this desktop does not know her any more");
    match ui.ask(Request::Contact { contact: id(DENIZ) }).await.unwrap() {
        Reply::Contact { contact, whole } => {
            let view = contact.view;
            assert_eq!((view.contact.name.as_str(), view.assigned, whole), ("Deniz", true, false));
            assert_eq!(view.conversations.len(), 1);
        }
        other => panic!("{other:?}"),
    }
    hub.world().assignments = vec![];
    hub.world().conversations = vec![];
    hub.world().generation = id(2);
    ui.engine.wake();
    let _link = hub.live().await;
    until("an empty list", || async { assigned(&ui).await.is_empty() }).await;
}

#[tokio::test]
async fn our_accounts_are_told_and_whether_they_can_send() {
    let mut hub = Hub::start().await;
    hub.world().accounts = vec![account()];
    let desk = Desktop::of(&hub);
    let ui = desk.on().await;
    let link = hub.live().await;
    ui.live().await;
    let mut ui = Ui::of(ui.engine);
    assert_eq!(ui.snapshot().await.accounts, [AccountView::from(account())]);
    let problem = Failure {
        reason: "whatsapp.131042".to_owned(),
        sentence: "WhatsApp wants to be paid.".to_owned(),
        remedy: Remedy::TellAdministrator,
        class: None,
    };
    let health = |problem, version| AccountHealth {
        account: account().id,
        name: account().name,
        channel: Channel::Whatsapp,
        problem,
        since: Millis(noon()),
        version: LogPosition(version),
    };
    let sick = health(Some(problem), 3);
    link.entries(vec![Change::AccountHealth { row: sick.clone() }], 3);
    assert_eq!(ui.sees(|changes| changes.accounts_health.first().cloned()).await, sick);
    assert_eq!(ui.snapshot().await.accounts_health, [sick]);
    link.entries(vec![Change::AccountHealth { row: health(None, 4) }], 4);
    ui.sees(|changes| changes.accounts_health.first().cloned()).await;
    assert_eq!(ui.snapshot().await.accounts_health, []);
    link.entries(vec![Change::Revoked { scope: Scope::Queue(support().id) }], 5);
    until("no account any more", || async { ui.snapshot().await.accounts.is_empty() }).await;
}
