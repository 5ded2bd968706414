use deskbell_channels::{Delivery, InboundMessage, Secret, Sender, whatsapp};
use deskbell_protocol::{AgentId, Content, ErrorCode, LogPosition, Role, SessionId};

use super::*;
use crate::admin::Admin;
use crate::domain::accounts::seed::seed;
use crate::domain::queries::sync::{log_status, replay};
use crate::domain::webhooks::process::process_item;
use crate::domain::webhooks::store_raw::store_raw;
use crate::live::committed::RawDelivery;
use crate::live::fanout::Subscription;
use crate::settings::{AccountSettings, QueueSettings, Settings};
use crate::store::Store;

const NOW: Millis = Millis(1_790_000_000_000);

/// A store with one account, and the subscription of Anna, who leads its queue and gets all changes in it.
struct World {
    store: Store,
    account: AccountId,
    anna: AgentId,
    subscription: Subscription,
    _folder: tempfile::TempDir,
}

impl World {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = Settings::at(folder.path());
        settings.queues.push(QueueSettings { name: "Sales".to_owned() });
        let secret = || Secret::new("secret");
        settings.accounts.push(AccountSettings::new(
            "shop",
            whatsapp::Settings::new("10654", secret(), secret(), secret()),
        ));
        let set_up = settings.set_up(true);
        let store =
            Store::open(&settings.store_path(), settings.rules(), |tx| seed(tx, set_up, NOW)).unwrap();
        let admin = Admin::of(store.clone());
        let anna = admin.add_agent("Anna", "correct horse", Role::Supervisor, NOW).await.unwrap().id;
        let queue = admin.queue_named("Sales").await.unwrap().unwrap().id;
        admin.add_member(anna, queue, NOW).await.unwrap();
        let (subscription, _head) = store.fanout().subscribe(anna, SessionId::fresh());
        let account = settings.set_up(true).accounts[0].0.id;
        Self { store, account, anna, subscription, _folder: folder }
    }

    /// Stores a delivery, as the webhook does, and returns it parsed into these items.
    async fn deliver(&self, items: Vec<Inbound>) -> ParsedDelivery {
        let account = self.account;
        let delivery = Delivery { body: "{}".into(), ..Delivery::default() };
        let stored = self.store.write(move |tx| store_raw(tx, account, delivery, NOW)).await;
        stored.unwrap();
        let delivery = pending(&self.store).await.last().unwrap().id;
        let items = items.into_iter().map(|item| (Some(self.account), item)).collect();
        ParsedDelivery { delivery, received_at: NOW, items: Ok(items), own_numbers: Vec::new() }
    }

    /// Deliveries of a hundred people, one each. That of number 50, who is Deniz, has an earlier message too.
    async fn deliver_hundred(&self) -> Vec<ParsedDelivery> {
        let mut all = Vec::new();
        for number in 0..100 {
            let mut items = vec![message(number, &format!("Hello {number}"))];
            if number == 50 {
                items.insert(0, message(50, "First things first"));
            }
            all.push(self.deliver(items).await);
        }
        all
    }

    /// Makes every insert of a message with this text fail permanently.
    async fn reject_text(&self, text: &'static str) {
        let trigger = format!(
            "CREATE TRIGGER refused BEFORE INSERT ON messages WHEN new.content LIKE '%\"{text}\"%'
               BEGIN SELECT RAISE(ABORT, 'no'); END"
        );
        self.store.write(move |tx| Ok(tx.conn.execute_batch(&trigger)?)).await.unwrap();
    }

    /// Takes what was published to Anna: the texts of messages, and the log positions of all entries.
    fn take_published(&mut self) -> (Vec<String>, Vec<LogPosition>) {
        let (mut texts, mut positions) = (Vec::new(), Vec::new());
        while let Ok(batch) = self.subscription.batches.try_recv() {
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

    /// The positions of the log entries after `after` that Anna may read.
    async fn replayed(&self, after: LogPosition) -> Vec<LogPosition> {
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

async fn process(store: &Store, deliveries: Vec<ParsedDelivery>) -> Result<(), StoreError> {
    store.write_atomic(move |tx| process_batch(tx, &deliveries, NOW)).await
}

fn message(who: u32, text: &str) -> Inbound {
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

fn expected_texts(except: Option<u32>) -> Vec<String> {
    let mut texts = Vec::new();
    for number in 0..100 {
        if number == 50 {
            texts.push("First things first".to_owned());
        }
        if Some(number) != except {
            texts.push(format!("Hello {number}"));
        }
    }
    texts
}

#[tokio::test]
async fn a_message_that_cannot_be_stored_does_not_affect_the_others() {
    let mut world = World::new().await;
    let before = world.store.read(log_status).await.unwrap().head;
    world.reject_text("Hello 50").await;
    let all = world.deliver_hundred().await;
    process(&world.store, all).await.unwrap();

    let (texts, published) = world.take_published();
    assert_eq!(
        texts,
        expected_texts(Some(50)),
        "the texts of all others once, in order, and the earlier message of Deniz"
    );
    assert_eq!(Admin::of(world.store.clone()).count_set_aside().await.unwrap(), 1);
    assert_eq!(pending(&world.store).await.len(), 0);
    // The attempt that was undone left no entries in the log and published none.
    let head = world.store.read(log_status).await.unwrap().head;
    assert_eq!(published, (before.0 + 1..=head.0).map(LogPosition).collect::<Vec<_>>());
    assert_eq!(world.replayed(before).await, published);
}

#[tokio::test]
async fn a_repeated_delivery_changes_nothing() {
    let mut world = World::new().await;
    let (first, again) = (world.deliver_hundred().await, world.deliver_hundred().await);
    let repeated = first.iter().map(|read| read.delivery).collect::<Vec<_>>();
    process(&world.store, first).await.unwrap();
    assert_eq!(world.take_published().0, expected_texts(None));
    let head = world.store.read(log_status).await.unwrap().head;
    // The same raw deliveries again; with other texts, so that an effect would be visible.
    let reprocessed = repeated.into_iter().map(|delivery| ParsedDelivery {
        delivery,
        received_at: NOW,
        items: Ok(vec![(Some(world.account), message(1, &format!("Twice {delivery}")))]),
        own_numbers: Vec::new(),
    });
    process(&world.store, reprocessed.collect()).await.unwrap();
    // New deliveries of the same messages, as from a provider that did not get the 200.
    process(&world.store, again).await.unwrap();
    assert_eq!(world.take_published().0, Vec::<String>::new());
    assert_eq!(world.store.read(log_status).await.unwrap().head, head);
    assert_eq!(Admin::of(world.store.clone()).count_set_aside().await.unwrap(), 0);
    assert_eq!(pending(&world.store).await.len(), 0);
}

#[tokio::test]
async fn a_batch_on_a_full_disk_is_undone_as_a_whole_and_processed_once_later() {
    let mut world = World::new().await;
    let all = world.deliver_hundred().await;
    let again = all
        .iter()
        .map(|read| ParsedDelivery {
            delivery: read.delivery,
            received_at: read.received_at,
            items: read.items.clone(),
            own_numbers: Vec::new(),
        })
        .collect();
    let before = world.store.read(log_status).await.unwrap().head;
    world.store.cap_pages(Some(1)).await.unwrap();
    let full = process(&world.store, all).await.unwrap_err();
    assert!(full.is_transient(), "{full}");
    assert_eq!(world.take_published().0, Vec::<String>::new());
    assert_eq!(world.store.read(log_status).await.unwrap().head, before);
    assert_eq!(pending(&world.store).await.len(), 100);

    world.store.cap_pages(None).await.unwrap();
    process(&world.store, again).await.unwrap();
    assert_eq!(world.take_published().0, expected_texts(None));
    assert_eq!(Admin::of(world.store.clone()).count_set_aside().await.unwrap(), 0);
}

/// A savepoint that is rolled back takes only its own log entries with it.
#[tokio::test]
async fn a_part_that_fails_is_undone_without_the_rest() {
    let mut world = World::new().await;
    let read = world.deliver(Vec::new()).await;
    let account = world.account;
    world
        .store
        .write(move |tx| {
            let account_row = accounts::by_id(tx.conn, account)?.ok_or(StoreError::Closed)?;
            process_item(tx, &account_row, &message(1, "stays"), NOW, NOW)?;
            let undone: Result<(), _> = tx.attempt(|tx| {
                process_item(tx, &account_row, &message(2, "goes"), NOW, NOW)?;
                Err(StoreError::refused(ErrorCode::Malformed, "no"))
            });
            assert!(undone.is_err());
            process_item(tx, &account_row, &message(3, "comes after"), NOW, NOW)?;
            raw_deliveries::close(tx.conn, read.delivery, None)
        })
        .await
        .unwrap();
    assert_eq!(world.take_published().0, ["stays", "comes after"]);
}
