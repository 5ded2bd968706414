//! Stores recorded by earlier versions: the hub opens each of them, reads what is in it and works on.
//! `tests/fixtures/0.1.0/README.md` says what they hold.

use std::fs;
use std::path::{Path, PathBuf};

use deskbell_protocol::{
    Author, Change, ConversationId, Cursor, DeliveryState, Generation, LogPosition, Message,
};

use crate::world::{Customer, Desktop, World, carla, says};

/// The recorded stores, oldest schema first.
fn recorded() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/0.1.0");
    let all = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let is_store = |path: &PathBuf| {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("hub"))
            && path.extension().is_some_and(|extension| extension == "db")
    };
    let mut found: Vec<_> = all.filter(is_store).collect();
    found.sort();
    assert_eq!(found.len(), 13, "{found:?}");
    found
}

/// A hub on a copy of a recorded store. It opens some hours after the store was written.
async fn world_on(store: &Path) -> World {
    World::with(|settings| {
        fs::create_dir_all(&settings.data_dir).unwrap();
        fs::copy(store, settings.store_path()).unwrap();
    })
    .await
}

/// Everything that the schema consists of.
fn schema(world: &World) -> Vec<(String, Option<String>)> {
    let file = world.file();
    let mut schema = file.prepare("SELECT name, sql FROM sqlite_schema ORDER BY name").unwrap();
    let rows = schema.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    rows.map(Result::unwrap).collect()
}

/// The conversation with Carla, and her at her phone.
fn with_carla(anna: &Desktop) -> (ConversationId, Customer) {
    let row = anna.conversations.values().find(|row| row.contact_name == "Carla").unwrap();
    let mut carla = carla();
    carla.phone = row.address.as_deref().unwrap().trim_start_matches('+').to_owned();
    (row.id, carla)
}

fn place(anna: &Desktop, conversation: ConversationId, text: &str) -> Option<Message> {
    let mut rows = anna.messages.values();
    rows.find(|row| row.conversation == conversation && says(row, text)).cloned()
}

#[tokio::test]
async fn every_recorded_store_becomes_one_of_the_newest_schema() {
    let newest = schema(&World::new().await);
    for store in recorded() {
        assert_eq!(schema(&world_on(&store).await), newest, "{}", store.display());
    }
}

#[tokio::test]
async fn in_every_recorded_store_the_conversation_goes_on() {
    for store in recorded() {
        println!("{}", store.display());
        let world = world_on(&store).await;
        let mut anna = world.agent("Anna").await;
        let (conversation, carla) = with_carla(&anna);
        let question = place(&anna, conversation, "Is the bike ready?").expect("the question");
        let answer = place(&anna, conversation, "Tomorrow at ten.").expect("the answer");
        assert_eq!(question.author, Author::Contact);
        assert!(matches!(&answer.author, Author::Agent { name, .. } if name == "Anna"));
        assert_eq!(answer.delivery, Some(DeliveryState::Read));
        assert!(question.position < answer.position);

        world.writes(&carla, "Is it open today?").await;
        assert_eq!(anna.reads("Is it open today?").await.conversation, conversation);
        let message = anna.sends(conversation, "Until six.").await.unwrap();
        anna.delivery_is(message, DeliveryState::Accepted).await;
    }
}

#[tokio::test]
async fn what_was_under_way_in_a_recorded_store_is_finished() {
    for store in recorded() {
        println!("{}", store.display());
        let small = store.file_stem().is_some_and(|name| name != "hub");
        let world = world_on(&store).await;
        let mut anna = world.agent("Anna").await;
        let posted = if small { "Are you there?" } else { "The chain is here." };
        let message = anna.reads(posted).await;
        anna.delivery_is(message.id, DeliveryState::Accepted).await;
        assert_eq!(world.provider.has(1).await[0].body, posted);
        if small {
            // The provider may have it or not: nobody heard the answer.
            let message = anna.reads("Until then.").await;
            assert_eq!(message.delivery, Some(DeliveryState::Unknown));
            // Delivered by the provider, stored, and not processed yet.
            anna.reads("Do you have a lamp as well?").await;
        }
    }
}

#[tokio::test]
async fn a_desktop_goes_on_from_its_cursor_in_every_recorded_store() {
    for store in recorded() {
        println!("{}", store.display());
        let (generation, position) = {
            let file =
                rusqlite::Connection::open_with_flags(&store, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY)
                    .unwrap();
            let generation: String = file
                .query_row("SELECT value FROM meta WHERE name = 'generation'", [], |row| row.get(0))
                .unwrap();
            let position: i64 =
                file.query_row("SELECT min(position) FROM log", [], |row| row.get(0)).unwrap();
            (generation.parse::<Generation>().unwrap(), LogPosition(position))
        };
        let world = world_on(&store).await;
        let token = world.sign_in("Anna").await.token;
        let mut anna = Desktop::connect(&world, &token, Some(Cursor { generation, position })).await;
        let answer = anna.reads("Tomorrow at ten.").await;
        assert!(answer.delivery.is_some());
        anna.settles().await;
        assert!(!anna.too_old, "the log reaches back");
        assert!(!anna.entries.iter().any(|entry| entry.change == Change::Unknown), "{:?}", anna.entries);
    }
}
