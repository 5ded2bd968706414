//! Order of transcripts: it does not depend on the order or repetition of deliveries.

use std::collections::BTreeMap;

use deskbell_protocol::{Author, Content, DeliveryState, MessageId, Millis};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::Value;

use crate::world::{Desktop, MINUTE, MORNING, SECOND, World, carla, delivery, says, status_of, within};

#[tokio::test]
async fn a_late_message_is_placed_by_its_time() {
    let world = World::new().await;
    let carla = carla();
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla, "one").await;
    anna.accepts(&world).await;
    world.clock.advance(20 * MINUTE);
    world.writes(&carla, "three").await;
    anna.reads("three").await;
    let (_, two) = carla.text("two", Millis(MORNING + 5 * MINUTE));
    assert_eq!(world.deliver(&delivery(&[two], &[])).await, 200);
    let two = anna.reads("two").await;
    assert!(two.late);
    let order: Vec<_> = anna.messages.values().filter(|m| m.author == Author::Contact).collect();
    assert!(says(order[0], "one") && says(order[1], "two") && says(order[2], "three"));
    let conversation = anna.conversations.values().next().unwrap();
    assert_eq!(conversation.preview.as_deref(), Some("three"));
}

#[tokio::test]
async fn a_reply_stays_below_the_message_it_answers() {
    let world = World::new().await;
    let carla = carla();
    let mut anna = world.ready_agent("Anna").await;
    world.clock.advance(900);
    world.writes(&carla, "Are you open?").await;
    let interaction = anna.accepts(&world).await;
    anna.sends(interaction.conversation, "Yes").await.unwrap();
    anna.reads("Yes").await;
    // The provider's times are whole seconds: by its time this message is older than the reply.
    world.writes(&carla, "Great").await;
    let great = anna.reads("Great").await;
    assert!(great.at < Millis(world.now().0) && !great.late);
    let words: Vec<_> = anna.messages.values().filter(|m| m.author != Author::System).collect();
    assert!(says(words[0], "Are you open?") && says(words[1], "Yes") && says(words[2], "Great"));
}

/// One event of a delivery.
#[derive(Clone, Debug)]
enum Event {
    Text(usize),
    Status(&'static str),
}

const TEXTS: usize = 6;

fn deliveries() -> impl Strategy<Value = Vec<Vec<Event>>> {
    let mut events: Vec<Event> = (0..TEXTS).map(Event::Text).collect();
    events.extend(["sent", "delivered", "read"].map(Event::Status));
    let all = events.len();
    // Every event at least once, in any order, with repetitions, in batches of any size.
    (
        Just(events.clone()).prop_shuffle(),
        prop::collection::vec((0..all, 0..2 * all), 0..8),
        prop::collection::vec(1_usize..4, 24),
    )
        .prop_map(move |(mut order, again, sizes)| {
            for (which, place) in again {
                let place = place.min(order.len());
                order.insert(place, events[which].clone());
            }
            let mut batches = Vec::new();
            let mut rest = order.as_slice();
            for size in sizes {
                let (batch, behind) = rest.split_at(size.min(rest.len()));
                if !batch.is_empty() {
                    batches.push(batch.to_vec());
                }
                rest = behind;
            }
            if !rest.is_empty() {
                batches.push(rest.to_vec());
            }
            batches
        })
}

/// Delivers the batches and returns the visible transcript, with the delivery states.
async fn transcript_of(batches: Vec<Vec<Event>>) -> (Vec<String>, BTreeMap<String, Option<DeliveryState>>) {
    let world = World::with(|settings| settings.accounts[0].automatic_answer = true).await;
    let carla = carla();
    let mut anna: Desktop = world.ready_agent("Anna").await;
    // All are late and ten minutes apart, so the provider's time decides the order.
    let texts: Vec<(Value, Value)> = (0..TEXTS)
        .map(|n| {
            let at = Millis(MORNING - 10 * MINUTE * i64::try_from(TEXTS - n).unwrap());
            carla.text(&format!("text {n}"), at).1
        })
        .collect();
    // The reply is sent after the first message arrived, whichever that is.
    let mut answer: Option<MessageId> = None;
    let mut pending = Vec::new();
    for batch in batches {
        world.clock.advance(SECOND);
        let messages: Vec<_> = batch
            .iter()
            .filter_map(|event| match event {
                Event::Text(n) => Some(texts[*n].clone()),
                Event::Status(_) => None,
            })
            .collect();
        let statuses: Vec<_> = batch
            .iter()
            .filter_map(|event| match event {
                Event::Status(status) => Some(status_of("wamid.out.0", status, None)),
                Event::Text(_) => None,
            })
            .collect();
        for body in [
            (!messages.is_empty()).then(|| delivery(&messages, &[])),
            (!statuses.is_empty()).then(|| delivery(&[], &statuses)),
        ]
        .into_iter()
        .flatten()
        {
            assert_eq!(world.deliver(&body).await, 200);
            pending.push(body);
        }
        if answer.is_none() && !messages.is_empty() {
            let conversation = anna
                .until("the conversation is Anna's", |desk| {
                    desk.interactions.values().next().map(|i| i.conversation)
                })
                .await;
            answer = Some(anna.sends(conversation, "answer").await.unwrap());
        }
    }
    let answer = answer.unwrap();
    anna.delivery_is(answer, DeliveryState::Read).await;
    let conversation = anna.interactions.values().next().unwrap().conversation;
    let shown = within("everything was taken up", async {
        loop {
            let transcript = world.admin.transcript(conversation).await.unwrap();
            let shown: Vec<_> = transcript
                .into_iter()
                .filter_map(|message| match message.content {
                    Content::Text { body } => Some((body, message.delivery)),
                    _ => None,
                })
                .collect();
            if shown.len() > TEXTS {
                return shown;
            }
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert_eq!(world.admin.count_set_aside().await.unwrap(), 0, "a repeat is nothing out of order");
    (shown.iter().map(|(body, _)| body.clone()).collect(), shown.into_iter().collect())
}

#[test]
fn any_order_and_repetition_of_deliveries_gives_the_same_transcript() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(16);
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut expected: Vec<String> = (0..TEXTS).map(|n| format!("text {n}")).collect();
    expected.push("answer".to_owned());
    TestRunner::new_with_rng(config, rng)
        .run(&deliveries(), |batches| {
            let (order, states) = runtime.block_on(transcript_of(batches));
            prop_assert_eq!(&order, &expected);
            prop_assert_eq!(states["answer"], Some(DeliveryState::Read));
            Ok(())
        })
        .unwrap();
}
