//! The whole transcript of a contact, past interactions, and what else only looking back tells.

use deskbell_client::api::{Connection, InteractionFilter, PageAnchor, Reply, Request};
use deskbell_protocol::{
    Change, Channel, ErrorCode, InteractionState, Message, Millis, Position, ThreadHits, ThreadPage,
};
use serde_json::json;

use crate::support::desktop::{Desktop, Ui};
use crate::support::hub::{Hub, Link};
use crate::support::people::*;

/// Carla's second number: another conversation with the same person.
const CARLA_TOO: u64 = 0xcb;

/// Carla writes one to six, in turn from both of her numbers; Anna has all of it.
async fn two_numbers(hub: &mut Hub, desk: &Desktop) -> (Ui, Link) {
    {
        let mut world = hub.world();
        world.head = 4;
        let mut too = of_contact(CARLA, vec![], 2);
        too.conversation.id = conversation_of(CARLA_TOO);
        let handled = interaction(CARLA, InteractionState::Active, 3);
        world.conversations = vec![of_contact(CARLA, vec![handled], 1), too, of_contact(DENIZ, vec![], 3)];
        world.assignments = vec![assignment(CARLA, true, 4)];
    }
    let ui = desk.on().await;
    let link = hub.live().await;
    ui.live().await;
    let lines = ["one red", "two", "three red", "four", "five", "six red"];
    let mut changes = Vec::new();
    for (n, line) in (1_u64..).zip(lines) {
        let from = if n % 2 == 1 { CARLA } else { CARLA_TOO };
        let mut row = writes(from, n, line, 4 + i64::try_from(n).unwrap());
        row.interaction = (n == 1).then(|| id(CARLA + 0x1000));
        changes.push(Change::Message { row });
    }
    changes.push(Change::Message { row: writes(DENIZ, 1, "also red", 11) });
    link.entries(changes, 11);
    ui.reads(DENIZ, &["also red"]).await;
    (ui, link)
}

async fn offline(ui: &Ui, link: Link) {
    link.cut();
    ui.connection(|now| !matches!(now, Connection::Live { .. })).await;
}

fn at(n: u64) -> Position {
    writes(if n % 2 == 1 { CARLA } else { CARLA_TOO }, n, "", 1).position
}

/// The first words of a page, oldest first, and whether there is something before and behind it.
async fn thread(ui: &Ui, place: PageAnchor, limit: u32) -> (Vec<String>, bool, bool, bool) {
    match ui.ask(Request::Thread { contact: id(CARLA), place, limit }).await.unwrap() {
        Reply::Thread { page, whole } => (words(&page), page.older, page.newer, whole),
        other => panic!("{other:?}"),
    }
}

fn words(page: &ThreadPage) -> Vec<String> {
    let word = |row: &Message| body(row).split(' ').next().unwrap().to_owned();
    page.messages.iter().rev().map(word).collect()
}

#[tokio::test]
async fn offline_the_transcript_runs_over_all_conversations_that_are_here() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let (ui, link) = two_numbers(&mut hub, &desk).await;
    offline(&ui, link).await;
    let page = |words: &[&str], older, newer| {
        (words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>(), older, newer, false)
    };
    assert_eq!(thread(&ui, PageAnchor::End, 4).await, page(&["three", "four", "five", "six"], true, false));
    assert_eq!(
        thread(&ui, PageAnchor::Before { position: at(3) }, 4).await,
        page(&["one", "two"], false, true)
    );
    assert_eq!(thread(&ui, PageAnchor::Start, 3).await, page(&["one", "two", "three"], false, true));
    assert_eq!(
        thread(&ui, PageAnchor::After { position: at(3) }, 2).await,
        page(&["four", "five"], true, true)
    );
    assert_eq!(
        thread(&ui, PageAnchor::After { position: at(4) }, 9).await,
        page(&["five", "six"], true, false)
    );
    let moment = writes(CARLA_TOO, 4, "", 1).at;
    assert_eq!(thread(&ui, PageAnchor::Moment { moment }, 2).await, page(&["four", "five"], true, true));
    let moment = Millis(noon() + 1);
    assert_eq!(thread(&ui, PageAnchor::Moment { moment }, 2).await, page(&[], true, false));
    match ui.ask(Request::Thread { contact: id(CARLA), place: PageAnchor::Start, limit: 1 }).await.unwrap() {
        Reply::Thread { page, .. } => {
            assert_eq!(page.interactions, [interaction(CARLA, InteractionState::Active, 3)]);
        }
        other => panic!("{other:?}"),
    }
    let stranger = Request::Thread { contact: id(0x99), place: PageAnchor::End, limit: 9 };
    let Ok(Reply::Thread { page, whole: false }) = ui.ask(stranger).await else { panic!("an empty page") };
    assert!(page.messages.is_empty() && !page.older && !page.newer);
    let nonsense = Request::Thread { contact: id(CARLA), place: PageAnchor::End, limit: 0 };
    assert_eq!(ui.ask(nonsense).await.unwrap_err().code, ErrorCode::Malformed);
}

async fn hits(ui: &Ui, words: &str, before: Option<Position>, limit: u32) -> (ThreadHits, bool) {
    let request = Request::SearchThread { contact: id(CARLA), words: words.to_owned(), before, limit };
    match ui.ask(request).await.unwrap() {
        Reply::ThreadHits { hits, whole } => (hits, whole),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn offline_a_search_in_the_transcript_finds_what_this_contact_said() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let (ui, link) = two_numbers(&mut hub, &desk).await;
    offline(&ui, link).await;
    let (first, whole) = hits(&ui, "red", None, 2).await;
    assert_eq!(first.hits.iter().map(|hit| hit.position).collect::<Vec<_>>(), [at(6), at(3)]);
    assert_eq!(
        (first.total, first.next, whole),
        (3, Some(at(3)), false),
        "what Deniz said is not among them"
    );
    let (rest, _) = hits(&ui, "red", first.next, 2).await;
    assert_eq!(rest.hits.iter().map(|hit| hit.position).collect::<Vec<_>>(), [at(1)]);
    assert_eq!((rest.total, rest.next), (3, None));
    assert_eq!(hits(&ui, "blue", None, 2).await.0.total, 0);
    assert_eq!(hits(&ui, "\"", None, 2).await.0.total, 0);
}

#[tokio::test]
async fn while_connected_the_hub_tells_the_whole_transcript_and_nothing_of_it_is_kept() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let (ui, link) = two_numbers(&mut hub, &desk).await;
    let years_ago = writes(0x99, 1, "years ago", 1);
    let page = ThreadPage { messages: vec![years_ago], interactions: vec![], older: true, newer: false };
    let path = format!("/v1/contacts/{}/messages", id::<deskbell_protocol::ContactId>(CARLA));
    hub.world().answers.insert(path.clone(), json!(page));
    let found = ThreadHits { hits: vec![], total: 7, next: None, only_newest: None };
    hub.world().answers.insert(path.replace("messages", "search"), json!(found));

    let (said, older, newer, whole) = thread(&ui, PageAnchor::End, 50).await;
    assert_eq!((said, older, newer, whole), (vec!["years".to_owned()], true, false, true));
    thread(&ui, PageAnchor::Start, 50).await;
    thread(&ui, PageAnchor::After { position: at(2) }, 50).await;
    assert_eq!(hits(&ui, "red shoes", None, 9).await, (found, true));
    let asked = hub.world().asked.clone();
    let query = |asked: &String| asked.split_once('?').unwrap().1.to_owned();
    assert_eq!(
        asked.iter().map(query).collect::<Vec<_>>(),
        [
            "limit=50".to_owned(),
            "limit=50&at=0".to_owned(),
            format!("limit=50&after={}", at(2)),
            "limit=9&words=red+shoes".to_owned()
        ]
    );
    offline(&ui, link).await;
    let stranger = Request::Thread { contact: id(0x99), place: PageAnchor::End, limit: 9 };
    let Ok(Reply::Thread { page, .. }) = ui.ask(stranger).await else { panic!("a page") };
    assert!(page.messages.is_empty(), "what was only looked at is not kept");
}

#[tokio::test]
async fn what_the_hub_refuses_the_cache_does_not_tell_either() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let (ui, _link) = two_numbers(&mut hub, &desk).await;
    let error =
        ui.ask(Request::Thread { contact: id(CARLA), place: PageAnchor::End, limit: 9 }).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::NotFound);
    let error = ui.ask(Request::Contact { contact: id(CARLA) }).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::NotFound);
}

#[tokio::test]
async fn a_hub_that_does_not_answer_in_time_is_not_waited_for() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let (ui, _link) = two_numbers(&mut hub, &desk).await;
    hub.world().numb = true;
    let (said, _, _, whole) = thread(&ui, PageAnchor::End, 2).await;
    assert_eq!((said, whole), (vec!["five".to_owned(), "six".to_owned()], false));
}

#[tokio::test]
async fn what_is_kept_of_a_transcript_is_there_at_once_however_slow_the_hub_is() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let (ui, _link) = two_numbers(&mut hub, &desk).await;
    hub.world().numb = true;
    let kept = ui.ask(Request::KeptThread { contact: id(CARLA), limit: 2 }).await;
    let Ok(Reply::Thread { page, whole: false }) = kept else { panic!("{kept:?}") };
    assert_eq!((words(&page), page.older), (vec!["five".to_owned(), "six".to_owned()], true));
    assert_eq!(hub.world().asked, Vec::<String>::new(), "nobody waited for the hub");
}

#[tokio::test]
async fn what_only_the_hub_knows_needs_the_hub() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let (ui, link) = two_numbers(&mut hub, &desk).await;
    let filter = InteractionFilter {
        channel: Some(Channel::Whatsapp),
        agent: Some("Ben & Co".to_owned()),
        from: Some(Millis(5)),
        ..InteractionFilter::default()
    };
    let ask = || Request::Interactions { filter: filter.clone(), after: None, limit: 20 };
    hub.world().answers.insert("/v1/interactions".to_owned(), json!({"interactions": [], "next": "on"}));
    let Ok(Reply::Interactions(page)) = ui.ask(ask()).await else { panic!("a page") };
    assert_eq!(page.next.as_deref(), Some("on"));
    assert_eq!(
        hub.world().asked.last().unwrap(),
        "/v1/interactions?limit=20&channel=whatsapp&agent=Ben+%26+Co&from=5"
    );
    let templates = Request::Templates { account: account().id };
    let path = format!("/v1/accounts/{}/templates", account().id);
    hub.world().answers.insert(path, json!({"templates": []}));
    let Ok(Reply::Templates { templates: listed }) = ui.ask(templates.clone()).await else {
        panic!("a list")
    };
    assert!(listed.is_empty());
    let validate = Request::ValidateChannel { conversation: conversation_of(CARLA) };
    let path = format!("/v1/conversations/{}/validation", conversation_of(CARLA));
    let evidence = deskbell_protocol::Evidence::default();
    let known = json!({"evidence": evidence, "address": [], "own_side": {"side": "available"}, "at": 5});
    hub.world().answers.insert(path, known);
    let Ok(Reply::Validation(known)) = ui.ask(validate.clone()).await else { panic!("a validation") };
    assert_eq!(known.at, Millis(5));
    offline(&ui, link).await;
    for request in [ask(), templates, validate] {
        let error = ui.ask(request).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::Offline);
    }
}
