//! Caches recorded by earlier versions: the engine opens each of them with its key, and nothing that the agent
//! wrote is lost. `tests/fixtures/0.1.0/README.md` says what they hold.

use std::fs;
use std::path::{Path, PathBuf};

use deskbell_client::api::{ConversationView, Outgoing, OutgoingState, Reply, Request};
use deskbell_clock::HandClock;
use deskbell_protocol::{Change, LogPosition, Millis};

use crate::support::desktop::{Desktop, Ui};
use crate::support::hub::Hub;
use crate::support::people::{body, noon};
use crate::support::until;

/// Some hours after the caches were written.
const LATER: i64 = 1_790_000_000_000;

fn key() -> Vec<u8> {
    (0..32).collect()
}

/// The recorded caches, oldest schema first.
fn recorded() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/0.1.0");
    let all = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let is_cache = |path: &PathBuf| {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("cache"))
            && path.extension().is_some_and(|extension| extension == "db")
    };
    let mut found: Vec<_> = all.filter(is_cache).collect();
    found.sort();
    assert_eq!(found.len(), 4, "{found:?}");
    found
}

/// Lays a copy of a recorded cache into a desktop that is off.
fn lay(cache: &Path, desk: &mut Desktop) {
    fs::create_dir_all(desk.cache_dir()).unwrap();
    fs::copy(cache, desk.cache_dir().join("cache.db")).unwrap();
    desk.keys.write("cache-test-anna", &key()).unwrap();
    desk.clock = HandClock::at(LATER).shared();
}

/// Everything that the schema of a desktop's cache consists of.
fn schema(desk: &Desktop) -> Vec<(String, Option<String>)> {
    let sql = desk.cache_file();
    let mut schema = sql.prepare("SELECT name, sql FROM sqlite_schema ORDER BY name").unwrap();
    let rows = schema.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    rows.map(Result::unwrap).collect()
}

/// The conversation with this contact, once the cache is open.
async fn view(ui: &Ui, contact: &str) -> ConversationView {
    let find = || async {
        let views = ui.snapshot().await.conversations;
        views.into_iter().find(|view| view.conversation.contact_name == contact)
    };
    until("the conversation in the list", || async { find().await.is_some() }).await;
    find().await.unwrap()
}

/// Everything that waits for the hub, in all conversations.
async fn outbox(ui: &Ui) -> Vec<Outgoing> {
    let mut all = Vec::new();
    for view in ui.snapshot().await.conversations {
        let conversation = view.conversation.id;
        let request = Request::Transcript { conversation, before: None, limit: 200 };
        let Ok(Reply::Transcript(page)) = ui.ask(request).await else { panic!("a transcript") };
        all.extend(page.outgoing);
    }
    all
}

#[tokio::test]
async fn every_recorded_cache_has_its_transcript_outbox_and_draft() {
    for cache in recorded() {
        println!("{}", cache.display());
        let mut desk = Desktop::at(None);
        lay(&cache, &mut desk);
        let ui = desk.on().await;
        let carla = view(&ui, "Carla").await;
        assert_eq!(carla.draft.as_deref(), Some("About the lamp"));
        let conversation = carla.conversation.id;
        let request = Request::Transcript { conversation, before: None, limit: 200 };
        let Ok(Reply::Transcript(page)) = ui.ask(request).await else { panic!("a transcript") };
        let lines: Vec<_> = page.messages.iter().rev().map(body).collect();
        let at = |text: &str| lines.iter().position(|line| *line == text);
        assert!(
            at("Is the bike ready?").expect("the question") < at("Tomorrow at ten.").expect("the answer")
        );
        assert_eq!(ui.search("bike").await, ["Is the bike ready?"]);

        let waiting = outbox(&ui).await;
        let state = |text: &str| waiting.iter().find(|one| one.body == text).map(|one| one.state);
        assert_eq!(state("Sent from the tunnel"), Some(OutgoingState::Queued));
        assert_eq!(state("Your bell is here."), Some(OutgoingState::Held));
        assert_eq!(ui.snapshot().await.alerts, [], "nothing was set aside");
        ui.off().await;
    }
}

#[tokio::test]
async fn every_recorded_cache_becomes_one_of_the_newest_schema() {
    let mut fresh = Desktop::at(None);
    fresh.keys.write("cache-test-anna", &key()).unwrap();
    fresh.clock = HandClock::at(LATER).shared();
    let ui = fresh.on().await;
    until("a new cache", || async { ui.ask(Request::AssignedContacts).await.is_ok() }).await;
    ui.off().await;
    for cache in recorded() {
        let mut desk = Desktop::at(None);
        lay(&cache, &mut desk);
        let ui = desk.on().await;
        view(&ui, "Carla").await;
        ui.off().await;
        assert_eq!(schema(&desk), schema(&fresh), "{}", cache.display());
    }
}

#[tokio::test]
async fn a_desktop_with_a_recorded_cache_goes_on_from_its_cursor_and_sends_what_waits() {
    let newest = recorded().pop().unwrap();
    let mut hub = Hub::start().await;
    let mut desk = Desktop::of(&hub);
    lay(&newest, &mut desk);
    let ui = desk.on().await;
    let mut link = hub.link().await;
    let cursor = link.hello().await.expect("a cursor");
    hub.world().generation = cursor.generation;
    hub.world().head = cursor.position.0;
    link.welcome();
    // Meanwhile Carla wrote again, so her window is open.
    let next = LogPosition(cursor.position.0 + 1);
    let mut row = view(&ui, "Carla").await.conversation;
    row.window_until = Some(Millis(noon()).plus(3_600_000));
    row.version = next;
    link.entries(vec![Change::Conversation { row }], next.0);
    let (_, text) = link.message().await;
    assert_eq!(text, "Sent from the tunnel");
    ui.off().await;
}
