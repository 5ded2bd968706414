//! Customers who quote a message, or react to it.

use deskbell_practice::{Tick, Writer};
use serde_json::json;

use crate::stub::Desk;

#[tokio::test]
async fn carla_answers_a_certain_message_and_the_hub_learns_which() {
    let desk = Desk::new().await;
    let carla = desk.provider.customer("Carla");
    let asked = desk.says("Carla", "Blue or red?").await;
    desk.says("Carla", "And which size?").await;
    let wamid = carla.replies_to(&asked, "Red, please").await.unwrap();
    let message = desk.hub.messages().remove(0);
    assert_eq!((&message["id"], &message["type"]), (&json!(wamid), &json!("text")));
    assert_eq!(message["text"]["body"], "Red, please");
    assert_eq!(message["context"], json!({"from": "15550100200", "id": asked}));
    let line = carla.phone().pop().unwrap();
    assert_eq!((line.text.as_str(), line.reply_to), ("Red, please", Some(asked)));

    // A quote of her own message, and of one that is not known here.
    carla.replies_to(&wamid, "I mean dark red").await.unwrap();
    carla.replies_to("wamid.OF.LAST.YEAR", "As I wrote then").await.unwrap();
    let contexts: Vec<_> = desk.hub.messages().iter().map(|it| it["context"].clone()).skip(1).collect();
    assert_eq!(
        contexts,
        [
            json!({"from": carla.wa_id().unwrap(), "id": wamid}),
            json!({"from": "15550100200", "id": "wamid.OF.LAST.YEAR"})
        ]
    );
}

#[tokio::test]
async fn deniz_quotes_himself_and_still_tells_no_number() {
    let desk = Desk::new().await;
    let deniz = desk.provider.customer_without_phone("Deniz");
    let first = deniz.writes("I need a lock").await.unwrap();
    deniz.replies_to(&first, "a good one").await.unwrap();
    assert_eq!(desk.hub.messages()[1]["context"], json!({ "id": first }));
}

#[tokio::test]
async fn carla_puts_a_thumb_at_an_answer_thinks_better_of_it_and_takes_it_back() {
    let desk = Desk::new().await;
    let carla = desk.provider.customer("Carla");
    let answer = desk.says("Carla", "It is ready.").await;
    let mut ids = Vec::new();
    for emoji in [Some("👍"), Some("❤️"), None] {
        ids.push(carla.reacts(&answer, emoji).await.unwrap());
        assert_eq!(carla.phone()[0].reaction.as_deref(), emoji, "one emoji at a time");
    }
    let reactions = desk.hub.messages();
    for (reaction, id) in reactions.iter().zip(&ids) {
        assert_eq!((&reaction["type"], &reaction["id"]), (&json!("reaction"), &json!(id)));
        assert_eq!(reaction["from"], carla.wa_id().unwrap());
    }
    let inner: Vec<_> = reactions.iter().map(|it| it["reaction"].clone()).collect();
    assert_eq!(
        inner,
        [
            json!({"message_id": answer, "emoji": "👍"}),
            json!({"message_id": answer, "emoji": "❤️"}),
            json!({ "message_id": answer })
        ]
    );
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 3, "each has an id of its own");
    assert_eq!(carla.phone().len(), 1, "none is a line of its own");
    // Reacting opens the chat.
    desk.turn_until(|desk| desk.hub.status_words(&answer).contains(&"read".to_owned()).then_some(())).await;
}

#[tokio::test]
async fn a_reaction_waits_its_turn_like_everything_carla_does() {
    let desk = Desk::new().await;
    desk.hub.answers_next(&[503]);
    let carla = desk.provider.customer("Carla");
    let answer = desk.says("Carla", "It is ready.").await;
    carla.writes_at_once("On my way").await;
    let (reacted, ()) = tokio::join!(carla.reacts(&answer, Some("👍")), async {
        desk.turn_until(|desk| (desk.hub.messages().len() == 2).then_some(())).await;
    });
    reacted.unwrap();
    let kinds: Vec<_> = desk.hub.messages().iter().map(|it| it["type"].clone()).collect();
    assert_eq!(kinds, ["text", "reaction"]);
    let line = carla.phone().into_iter().find(|it| it.writer == Writer::Customer).unwrap();
    assert_eq!((line.text.as_str(), line.tick), ("On my way", Tick::Taken));
}
