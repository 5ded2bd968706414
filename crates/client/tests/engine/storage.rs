//! The file on the disk: unreadable to others, damaged, full, too old.

use std::fs;
use std::io::{Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use deskbell_client::api::{Alert, Connection, Request};
use deskbell_client::{KeyStore, KeyStoreError};
use deskbell_protocol::{Change, ErrorCode};

use crate::support::desktop::{Desktop, Ui, saying};
use crate::support::hub::Hub;
use crate::support::people::*;
use crate::support::until;

#[tokio::test]
async fn no_file_of_the_cache_contains_what_was_said() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let mut ui = desk.on().await;
    let link = hub.live().await;
    ui.live().await;
    link.entries(
        vec![
            Change::Conversation { row: conversation(CARLA, 1) },
            Change::Message { row: writes(CARLA, 1, "xylophone-secret", 2) },
        ],
        2,
    );
    ui.sees(|changes| saying(changes, "xylophone-secret")).await;
    let holds = |needle: &[u8]| {
        let files: Vec<_> =
            fs::read_dir(desk.cache_dir()).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert!(files.len() >= 2, "the cache and its journal: {files:?}");
        files.iter().any(|path| {
            let bytes = fs::read(path).unwrap();
            bytes.windows(needle.len()).any(|window| window == needle)
        })
    };
    assert!(!holds(b"xylophone") && !holds(b"Carla") && !holds(b"SQLite format"));
    ui.off().await;
    let cache = fs::read(desk.cache_dir().join("cache.db")).unwrap();
    assert!(cache.len() > 4096);
    assert!(!cache.windows(9).any(|window| window == b"xylophone"));
}

/// Anna has something unsent and a draft; the engine is off.
async fn with_unsent_words(hub: &mut Hub) -> Desktop {
    hub.world().conversations = vec![detail(CARLA, vec![], 1)];
    hub.world()
        .messages
        .insert(conversation_of(CARLA), (1..=200).map(|n| writes(CARLA, n, "filler", 1)).collect());
    let desk = Desktop::of(hub);
    let ui = desk.on().await;
    let _link = hub.live().await;
    until("the transcript", || async { ui.page(CARLA).await.messages.len() == 200 }).await;
    ui.send(CARLA, "unsent").await.unwrap();
    ui.ask(Request::SaveDraft {
        conversation: conversation_of(CARLA),
        body: "unfinished".to_owned(),
        begun_on: None,
    })
    .await
    .unwrap();
    ui.off().await;
    desk
}

#[tokio::test]
async fn a_cache_that_is_no_database_is_set_aside_and_read_again() {
    let mut hub = Hub::start().await;
    let desk = with_unsent_words(&mut hub).await;
    let path = desk.cache_dir().join("cache.db");
    fs::write(&path, vec![7; 40_000]).unwrap();
    let mut ui = desk.on().await;
    let Alert::CacheRebuilt { complete, .. } = ui.alert().await else { panic!("another alert") };
    assert!(!complete, "nobody knows what was in it");
    let _link = hub.live().await;
    ui.live().await;
    until("the transcript", || async { ui.page(CARLA).await.messages.len() == 200 }).await;
    assert_eq!(asides(&desk).len(), 1);
    assert!(ui.waiting(CARLA).await.is_empty());
}

/// Overwrites all but one of the last six pages; where the words lie is not known from outside.
fn damage(desk: &Desktop) {
    let pages = {
        let sql = desk.cache_file();
        // The newest pages may still be in the journal alone: only after this do they lie in the file.
        let busy: i64 = sql.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0)).unwrap();
        assert_eq!(busy, 0, "somebody still has the file open");
        sql.pragma_query_value(None, "page_count", |row| row.get::<_, u32>(0)).map(u64::from).unwrap()
    };
    let path = desk.cache_dir().join("cache.db");
    let size = fs::metadata(&path).unwrap().len() / pages;
    assert_eq!(size, 4096, "the whole file lies there");
    let begin = pages.checked_sub(6).expect("more pages than are damaged") * size;
    let mut file = fs::OpenOptions::new().write(true).open(&path).unwrap();
    file.seek(SeekFrom::Start(begin)).unwrap();
    file.write_all(&vec![7; usize::try_from(5 * size).unwrap()]).unwrap();
}

/// Reads what lies on the last pages, the newest messages, which shows the damage.
async fn notice(hub: &mut Hub, ui: &Ui) {
    // The connection from before is not mistaken for the one after.
    let _before = hub.live().await;
    ui.live().await;
    let request = Request::Transcript { conversation: conversation_of(CARLA), before: None, limit: 200 };
    let _damaged = ui.ask(request).await;
    let _found = ui.ask(Request::Search { words: "filler".to_owned(), before: None, limit: 200 }).await;
}

/// The unsent words are back, they go to the hub, and so is what the hub has.
async fn is_saved(hub: &mut Hub, ui: &mut Ui) {
    let Alert::CacheRebuilt { outgoing_saved, complete, .. } = ui.alert().await else {
        panic!("another alert")
    };
    assert_eq!((outgoing_saved, complete), (1, true));
    assert_eq!(ui.waiting(CARLA).await[0].body, "unsent");
    let (_link, text) = hub.next_message().await;
    assert_eq!(text, "unsent");
    until("the transcript", || async { ui.page(CARLA).await.messages.len() == 200 }).await;
    assert_eq!(ui.view(CARLA).await.draft.as_deref(), Some("unfinished"));
}

fn asides(desk: &Desktop) -> Vec<String> {
    let names = fs::read_dir(desk.cache_dir()).unwrap();
    names
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with("cache-unreadable-") && name.ends_with(".db"))
        .collect()
}

#[tokio::test]
async fn from_a_damaged_cache_the_unsent_words_are_saved() {
    let mut hub = Hub::start().await;
    let desk = with_unsent_words(&mut hub).await;
    damage(&desk);
    let mut ui = desk.on().await;
    notice(&mut hub, &ui).await;
    is_saved(&mut hub, &mut ui).await;
}

/// Once armed, lets the next new cache fail: something stands where its journal belongs. The time after that
/// the way is free again.
struct Obstacle {
    inner: Arc<dyn KeyStore>,
    armed: AtomicBool,
    place: OnceLock<PathBuf>,
}

impl KeyStore for Obstacle {
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, KeyStoreError> {
        // The cache asks for its key right before it is opened.
        if let Some(place) = self.place.get().filter(|_| name.starts_with("cache-")) {
            if self.armed.swap(false, Ordering::Relaxed) {
                fs::create_dir(place).unwrap();
            } else if place.exists() {
                fs::remove_dir(place).unwrap();
            }
        }
        self.inner.read(name)
    }

    fn write(&self, name: &str, value: &[u8]) -> Result<(), KeyStoreError> {
        self.inner.write(name, value)
    }

    fn delete(&self, name: &str) -> Result<(), KeyStoreError> {
        self.inner.delete(name)
    }
}

#[tokio::test]
async fn what_was_saved_waits_until_a_new_cache_can_be_made() {
    let mut hub = Hub::start().await;
    let mut desk = with_unsent_words(&mut hub).await;
    damage(&desk);
    let obstacle = Arc::new(Obstacle {
        inner: Arc::clone(&desk.keys),
        armed: AtomicBool::new(false),
        place: OnceLock::from(desk.cache_dir().join("cache.db-journal")),
    });
    desk.keys = obstacle.clone();
    let mut ui = desk.on().await;
    obstacle.armed.store(true, Ordering::Relaxed);
    notice(&mut hub, &ui).await;
    ui.connection(|now| matches!(now, Connection::WaitingForKey { .. })).await;
    ui.engine.wake();
    is_saved(&mut hub, &mut ui).await;
    assert_eq!(asides(&desk).len(), 1, "and nothing else was set aside");
}

#[tokio::test]
async fn what_was_set_aside_before_a_crash_is_saved_at_the_next_start() {
    let mut hub = Hub::start().await;
    let desk = with_unsent_words(&mut hub).await;
    damage(&desk);
    // The power failed right after the file was set aside.
    let name = "cache-unreadable-1.db";
    fs::write(desk.cache_dir().join("cache-to-save"), name).unwrap();
    fs::rename(desk.cache_dir().join("cache.db"), desk.cache_dir().join(name)).unwrap();
    let mut ui = desk.on().await;
    is_saved(&mut hub, &mut ui).await;
    ui.off().await;
    assert_eq!(asides(&desk), [name]);
    let ui = desk.on().await;
    assert!(ui.snapshot().await.alerts.is_empty(), "once");
}

#[tokio::test]
async fn a_file_that_was_not_yet_set_aside_when_the_power_failed_is_set_aside_then() {
    let mut hub = Hub::start().await;
    let desk = with_unsent_words(&mut hub).await;
    damage(&desk);
    fs::write(desk.cache_dir().join("cache-to-save"), "cache-unreadable-1.db").unwrap();
    let mut ui = desk.on().await;
    is_saved(&mut hub, &mut ui).await;
    assert_eq!(asides(&desk), ["cache-unreadable-1.db"]);
}

#[tokio::test]
async fn on_a_full_disk_nothing_is_lost_and_everybody_knows() {
    let mut hub = Hub::start().await;
    hub.world().conversations = vec![detail(CARLA, vec![], 1)];
    let desk = Desktop::of(&hub);
    let mut ui = desk.on().await;
    let mut link = hub.live().await;
    ui.live().await;
    ui.engine.limit_cache_pages(1).await;
    let long = "a long story ".repeat(300);
    until("the disk to be full", || async {
        match ui.send(CARLA, &long).await {
            Ok(_) => false,
            Err(error) => {
                assert_eq!(error.code, ErrorCode::Unavailable);
                assert!(error.message.contains("full"), "{}", error.message);
                true
            }
        }
    })
    .await;
    assert_eq!(ui.alert().await, Alert::DiskFull);
    let kept = ui.waiting(CARLA).await.len();

    // What the hub says cannot be kept either: the connection rests, and the cursor stays where it was.
    let head = hub.world().head;
    let lines = (1..=50).map(|n| Change::Message { row: writes(CARLA, n, &long, head + 1) }).collect();
    link.entries(lines, head + 1);
    let Connection::Offline { message: Some(why), .. } =
        ui.connection(|now| matches!(now, Connection::Offline { .. })).await
    else {
        panic!("a reason")
    };
    assert!(why.contains("full"), "{why}");
    link.hung_up().await;

    ui.engine.limit_cache_pages(1_000_000).await;
    ui.engine.wake();
    let mut link = hub.link().await;
    assert_eq!(link.hello().await.unwrap().position.0, head);
    link.welcome();
    link.entries(
        (1..=50).map(|n| Change::Message { row: writes(CARLA, n, &long, head + 1) }).collect(),
        head + 1,
    );
    until("the transcript", || async { ui.page(CARLA).await.messages.len() == 50 }).await;
    assert_eq!(ui.waiting(CARLA).await.len(), kept, "what was confirmed is there");
}

#[tokio::test]
async fn what_is_older_than_the_hub_allows_is_forgotten() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let mut ui = desk.on().await;
    let link = hub.live().await;
    ui.live().await;
    link.entries(
        vec![
            Change::Conversation { row: conversation(CARLA, 1) },
            Change::Message { row: writes(CARLA, 1, "long ago", 2) },
        ],
        2,
    );
    ui.sees(|changes| saying(changes, "long ago")).await;
    ui.off().await;
    hub.world().cache_days = 0;
    let ui = desk.on().await;
    let _link = hub.live().await;
    ui.live().await;
    ui.off().await;
    let ui = desk.on().await;
    until("forgetting", || async { ui.transcript(CARLA).await.is_empty() }).await;
    assert!(ui.search("long").await.is_empty());
}
