use deskbell_channels::{InboundMessage, Secret, Sender};
use deskbell_protocol::{AgentId, Content, ErrorCode, LogPosition, Role, SessionId};

use super::*;
use crate::fanout::Listening;
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
        let store =
            Store::open(&settings.store_path(), settings.rules(), settings.set_up(true), NOW).unwrap();
        let anna = store.add_agent("Anna", "correct horse", Role::Supervisor, NOW).await.unwrap().id;
        let queue = store.queue_named("Sales").await.unwrap().unwrap().id;
        store.add_member(anna, queue, NOW).await.unwrap();
        let (desk, _head) = store.fanout().listen(anna, SessionId::fresh());
        let account = settings.set_up(true).accounts[0].0.id;
        Self { store, account, anna, desk, _folder: folder }
    }

    /// Keeps a delivery of these items, as the provider's door does, and reads it.
    async fn delivered(&self, items: Vec<Inbound>) -> Read {
        self.store.keep_raw(self.account, "{}".into(), String::new(), NOW).await.unwrap();
        let delivery = self.store.pending_raw(0).await.unwrap().last().unwrap().id;
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
        self.store.write(move |writing| Ok(writing.conn.execute_batch(&trigger)?)).await.unwrap();
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
        let head = self.store.standing().await.unwrap().head;
        let mut upto = after;
        while upto < head {
            let replay = self.store.replay(self.anna, upto, head).await.unwrap();
            positions.extend(replay.entries.iter().map(|(position, _)| *position));
            upto = replay.upto;
        }
        positions
    }
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
    let before = world.store.standing().await.unwrap().head;
    world.refuse_rows_with("Hello 50").await;
    let all = world.a_hundred().await;
    world.store.take_up(all, NOW).await.unwrap();

    let (texts, told) = world.told();
    assert_eq!(texts, hellos(Some(50)), "everybody else once, in order, and what Deniz said before");
    assert_eq!(world.store.count_set_aside().await.unwrap(), 1);
    assert_eq!(world.store.pending_raw(0).await.unwrap().len(), 0);
    // What was tried and undone left no trace in the log, and nobody was told of it.
    let head = world.store.standing().await.unwrap().head;
    assert_eq!(told, (before.0 + 1..=head.0).map(LogPosition).collect::<Vec<_>>());
    assert_eq!(world.logged(before).await, told);
}

#[tokio::test]
async fn what_was_taken_up_and_comes_again_changes_nothing() {
    let mut world = World::new().await;
    let (first, again) = (world.a_hundred().await, world.a_hundred().await);
    let repeated = first.iter().map(|read| read.delivery).collect::<Vec<_>>();
    world.store.take_up(first, NOW).await.unwrap();
    assert_eq!(world.told().0, hellos(None));
    let head = world.store.standing().await.unwrap().head;
    // The same deliveries, because our own answer was lost; with other words, so that it would be seen.
    let lost = repeated.into_iter().map(|delivery| Read {
        delivery,
        received_at: NOW,
        items: Ok(vec![(Some(world.account), said(1, &format!("Twice {delivery}")))]),
        own_numbers: Vec::new(),
    });
    world.store.take_up(lost.collect(), NOW).await.unwrap();
    // And others of the same messages, because the provider did not hear our 200.
    world.store.take_up(again, NOW).await.unwrap();
    assert_eq!(world.told().0, Vec::<String>::new());
    assert_eq!(world.store.standing().await.unwrap().head, head);
    assert_eq!(world.store.count_set_aside().await.unwrap(), 0);
    assert_eq!(world.store.pending_raw(0).await.unwrap().len(), 0);
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
    let before = world.store.standing().await.unwrap().head;
    world.store.cap_pages(Some(1)).await.unwrap();
    let full = world.store.take_up(all, NOW).await.unwrap_err();
    assert!(full.is_passing(), "{full}");
    assert_eq!(world.told().0, Vec::<String>::new());
    assert_eq!(world.store.standing().await.unwrap().head, before);
    assert_eq!(world.store.pending_raw(0).await.unwrap().len(), 100);

    world.store.cap_pages(None).await.unwrap();
    world.store.take_up(again, NOW).await.unwrap();
    assert_eq!(world.told().0, hellos(None));
    assert_eq!(world.store.count_set_aside().await.unwrap(), 0);
}

/// A part that fails in the middle of an operation takes only its own entries of the log with it.
#[tokio::test]
async fn a_part_that_fails_is_undone_alone() {
    let mut world = World::new().await;
    let read = world.delivered(Vec::new()).await;
    let account = world.account;
    world
        .store
        .write(move |writing| {
            let by = accounts::by_id(writing.conn, account)?.ok_or(StoreError::Closed)?;
            writing.take_up_item(&by, &said(1, "stays"), NOW, NOW)?;
            let undone: Result<(), _> = writing.attempt(|writing| {
                writing.take_up_item(&by, &said(2, "goes"), NOW, NOW)?;
                Err(StoreError::refused(ErrorCode::Malformed, "no"))
            });
            assert!(undone.is_err());
            writing.take_up_item(&by, &said(3, "comes after"), NOW, NOW)?;
            raw_deliveries::close(writing.conn, read.delivery, None)
        })
        .await
        .unwrap();
    assert_eq!(world.told().0, ["stays", "comes after"]);
}
