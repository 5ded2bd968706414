use deskbell_channels::{InboundMessage, Secret, Sender};
use deskbell_protocol::{AgentId, Content, ErrorCode, LogPosition, Role, SessionId};

use super::*;
use crate::admin::Admin;
use crate::domain::accounts::seed::seed;
use crate::domain::queries::sync::{log_status, replay};
use crate::domain::webhooks::process::process_item;
use crate::domain::webhooks::store_raw::store_raw;
use crate::live::committed::RawDelivery;
use crate::live::fanout::Listening;
use crate::settings::{AccountSettings, QueueSettings, Settings};
use crate::store::Store;

const NOW: Millis = Millis(1_790_000_000_000);

/// A store with one account, and Anna, who leads its queue and is told of everything in it.
struct World {
    store: Store,
    account: AccountId,
    anna: AgentId,
    desk: Listening,
    _folder: tempfile::TempDir,
}

impl World {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = Settings::at(folder.path());
        settings.queues.push(QueueSettings { name: "Sales".to_owned() });
        let secret = || Secret::new("secret");
        settings.accounts.push(AccountSettings::whatsapp("shop", "10654", secret(), secret(), secret()));
        let set_up = settings.set_up(true);
        let store =
            Store::open(&settings.store_path(), settings.rules(), |tx| seed(tx, set_up, NOW)).unwrap();
        let admin = Admin::of(store.clone());
        let anna = admin.add_agent("Anna", "correct horse", Role::Supervisor, NOW).await.unwrap().id;
        let queue = admin.queue_named("Sales").await.unwrap().unwrap().id;
        admin.add_member(anna, queue, NOW).await.unwrap();
        let (desk, _head) = store.fanout().listen(anna, SessionId::fresh());
        let account = settings.set_up(true).accounts[0].0.id;
        Self { store, account, anna, desk, _folder: folder }
    }

    /// Keeps a delivery of these items, as the provider's door does, and reads it.
    async fn delivered(&self, items: Vec<Inbound>) -> Read {
        let account = self.account;
        let stored =
            self.store.write(move |tx| store_raw(tx, account, "{}".into(), String::new(), NOW)).await;
        stored.unwrap();
        let delivery = pending(&self.store).await.last().unwrap().id;
        let items = items.into_iter().map(|item| (Some(self.account), item)).collect();
        Read { delivery, received_at: NOW, items: Ok(items), own_numbers: Vec::new() }
    }

    /// A hundred people who write at once, one delivery each. Number 50 is Deniz, who also wrote before.
    async fn a_hundred(&self) -> Vec<Read> {
        let mut all = Vec::new();
        for number in 0..100 {
            let mut items = vec![said(number, &format!("Hello {number}"))];
            if number == 50 {
                items.insert(0, said(50, "First things first"));
            }
            all.push(self.delivered(items).await);
        }
        all
    }

    /// What cannot be stored from now on: not for want of room, but because of what it is.
    async fn refuse_rows_with(&self, text: &'static str) {
        let trigger = format!(
            "CREATE TRIGGER refused BEFORE INSERT ON messages WHEN new.content LIKE '%\"{text}\"%'
               BEGIN SELECT RAISE(ABORT, 'no'); END"
        );
        self.store.write(move |tx| Ok(tx.conn.execute_batch(&trigger)?)).await.unwrap();
    }

    /// The texts of messages that Anna was told of since the last time, and up to where the log went with it.
    fn told(&mut self) -> (Vec<String>, Vec<LogPosition>) {
        let (mut texts, mut positions) = (Vec::new(), Vec::new());
        while let Ok(batch) = self.desk.batches.try_recv() {
            for (position, change) in batch.entries.iter() {
                positions.push(*position);
                if let deskbell_protocol::Change::Message { row } = serde_json::from_str(change).unwrap()
                    && let Content::Text { body } = row.content
                {
                    texts.push(body);
                }
            }
        }
        (texts, positions)
    }

    /// What is in the log for Anna behind this place.
    async fn logged(&self, after: LogPosition) -> Vec<LogPosition> {
        let mut positions = Vec::new();
        let head = self.store.read(log_status).await.unwrap().head;
        let mut upto = after;
        while upto < head {
            let anna = self.anna;
            let replay = self.store.read(move |conn| replay(conn, anna, upto, head)).await.unwrap();
            positions.extend(replay.entries.iter().map(|(position, _)| *position));
            upto = replay.upto;
        }
        positions
    }
}

async fn pending(store: &Store) -> Vec<RawDelivery> {
    store.read(|conn| raw_deliveries::pending(conn, 0, 1_000)).await.unwrap()
}

async fn process(store: &Store, deliveries: Vec<Read>) -> Result<(), StoreError> {
    store.write_whole(move |tx| process_batch(tx, &deliveries, NOW)).await
}

fn said(who: u32, text: &str) -> Inbound {
    Inbound::Message(InboundMessage {
        provider_id: format!("wamid.{who}.{text}"),
        account_address: String::new(),
        sender: Sender {
            user_id: None,
            phone: Some(format!("4917{who:08}")),
            profile_name: Some(format!("Somebody {who}")),
            username: None,
        },
        at: NOW,
        content: Content::Text { body: text.to_owned() },
        reply_to: None,
        case: Vec::new(),
        trouble: None,
        consent: None,
    })
}

fn hellos(but: Option<u32>) -> Vec<String> {
    let mut texts = Vec::new();
    for number in 0..100 {
        if number == 50 {
            texts.push("First things first".to_owned());
        }
        if Some(number) != but {
            texts.push(format!("Hello {number}"));
        }
    }
    texts
}

#[tokio::test]
async fn one_message_that_cannot_be_stored_costs_none_of_a_hundred_others() {
    let mut world = World::new().await;
    let before = world.store.read(log_status).await.unwrap().head;
    world.refuse_rows_with("Hello 50").await;
    let all = world.a_hundred().await;
    process(&world.store, all).await.unwrap();

    let (texts, told) = world.told();
    assert_eq!(texts, hellos(Some(50)), "everybody else once, in order, and what Deniz said before");
    assert_eq!(Admin::of(world.store.clone()).count_set_aside().await.unwrap(), 1);
    assert_eq!(pending(&world.store).await.len(), 0);
    // What was tried and undone left no trace in the log, and nobody was told of it.
    let head = world.store.read(log_status).await.unwrap().head;
    assert_eq!(told, (before.0 + 1..=head.0).map(LogPosition).collect::<Vec<_>>());
    assert_eq!(world.logged(before).await, told);
}

#[tokio::test]
async fn what_was_taken_up_and_comes_again_changes_nothing() {
    let mut world = World::new().await;
    let (first, again) = (world.a_hundred().await, world.a_hundred().await);
    let repeated = first.iter().map(|read| read.delivery).collect::<Vec<_>>();
    process(&world.store, first).await.unwrap();
    assert_eq!(world.told().0, hellos(None));
    let head = world.store.read(log_status).await.unwrap().head;
    // The same deliveries, because our own answer was lost; with other words, so that it would be seen.
    let lost = repeated.into_iter().map(|delivery| Read {
        delivery,
        received_at: NOW,
        items: Ok(vec![(Some(world.account), said(1, &format!("Twice {delivery}")))]),
        own_numbers: Vec::new(),
    });
    process(&world.store, lost.collect()).await.unwrap();
    // And others of the same messages, because the provider did not hear our 200.
    process(&world.store, again).await.unwrap();
    assert_eq!(world.told().0, Vec::<String>::new());
    assert_eq!(world.store.read(log_status).await.unwrap().head, head);
    assert_eq!(Admin::of(world.store.clone()).count_set_aside().await.unwrap(), 0);
    assert_eq!(pending(&world.store).await.len(), 0);
}

#[tokio::test]
async fn while_there_is_no_room_nothing_of_many_is_done_or_told_and_afterwards_all_of_it_once() {
    let mut world = World::new().await;
    let all = world.a_hundred().await;
    let again = all
        .iter()
        .map(|read| Read {
            delivery: read.delivery,
            received_at: read.received_at,
            items: read.items.clone(),
            own_numbers: Vec::new(),
        })
        .collect();
    let before = world.store.read(log_status).await.unwrap().head;
    world.store.cap_pages(Some(1)).await.unwrap();
    let full = process(&world.store, all).await.unwrap_err();
    assert!(full.is_passing(), "{full}");
    assert_eq!(world.told().0, Vec::<String>::new());
    assert_eq!(world.store.read(log_status).await.unwrap().head, before);
    assert_eq!(pending(&world.store).await.len(), 100);

    world.store.cap_pages(None).await.unwrap();
    process(&world.store, again).await.unwrap();
    assert_eq!(world.told().0, hellos(None));
    assert_eq!(Admin::of(world.store.clone()).count_set_aside().await.unwrap(), 0);
}

/// A part that fails in the middle of an operation takes only its own entries of the log with it.
#[tokio::test]
async fn a_part_that_fails_is_undone_alone() {
    let mut world = World::new().await;
    let read = world.delivered(Vec::new()).await;
    let account = world.account;
    world
        .store
        .write(move |tx| {
            let by = accounts::by_id(tx.conn, account)?.ok_or(StoreError::Closed)?;
            process_item(tx, &by, &said(1, "stays"), NOW, NOW)?;
            let undone: Result<(), _> = tx.attempt(|tx| {
                process_item(tx, &by, &said(2, "goes"), NOW, NOW)?;
                Err(StoreError::refused(ErrorCode::Malformed, "no"))
            });
            assert!(undone.is_err());
            process_item(tx, &by, &said(3, "comes after"), NOW, NOW)?;
            raw_deliveries::close(tx.conn, read.delivery, None)
        })
        .await
        .unwrap();
    assert_eq!(world.told().0, ["stays", "comes after"]);
}
