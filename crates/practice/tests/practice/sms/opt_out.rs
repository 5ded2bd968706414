//! STOP and START.

use serde_json::json;

use crate::sms::stub::{BUSINESS, SmsDesk};

#[tokio::test]
async fn after_stop_the_provider_refuses_until_start() {
    let desk = SmsDesk::new().await;
    let carla = desk.sms.customer("Carla");
    let (to, callback) = (carla.number(), desk.callback("m-3"));
    let form = [("To", to.as_str()), ("From", BUSINESS), ("Body", "News!"), ("StatusCallback", &callback)];
    desk.says("Carla", "Hello").await;
    carla.writes("Stop").await.unwrap();
    assert_eq!(desk.hub.texts(), ["Stop"], "the hub learns of it too");
    for _ in 0..2 {
        let (status, answer) = desk.posts(&form).await;
        assert_eq!((status, &answer["code"], &answer["status"]), (400, &json!(21610), &json!(400)));
    }
    desk.says("Deniz", "News!").await;
    carla.writes("please start again").await.unwrap();
    assert_eq!(desk.posts(&form).await.0, 400, "a keyword among other words does not count");
    carla.writes("START").await.unwrap();
    assert_eq!(desk.posts(&form).await.0, 201);
    carla.waits_for("News!").await.unwrap();
}

#[tokio::test]
async fn a_message_under_way_still_arrives_after_stop() {
    let desk = SmsDesk::new().await;
    let carla = desk.sms.customer("Carla");
    let sid = desk.says("Carla", "Hello").await;
    carla.writes("STOP").await.unwrap();
    desk.turn_until(|desk| (desk.hub.statuses(&sid) == ["sent", "delivered"]).then_some(())).await;
}
