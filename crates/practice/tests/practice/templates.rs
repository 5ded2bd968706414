//! Templates can be sent at any time, but only as they were approved.

use deskbell_practice::Fault;
use serde_json::{Value, json};

use crate::stub::{Desk, message_to};

fn template(to: &str, name: &str, parameters: &[(&str, &str)]) -> Value {
    let mut body = message_to(json!({"to": to}), "");
    let said = body.as_object_mut().unwrap();
    said.remove("text");
    said.insert("type".to_owned(), json!("template"));
    let parameters: Vec<_> = parameters
        .iter()
        .map(|(name, text)| json!({"type": "text", "parameter_name": name, "text": text}))
        .collect();
    let components = json!([{"type": "body", "parameters": parameters}]);
    said.insert(
        "template".to_owned(),
        json!({"name": name, "language": {"code": "en"}, "components": components}),
    );
    body
}

const READY: [(&str, &str); 3] = [("name", "Carla"), ("thing", "parcel"), ("day", "Friday")];

#[tokio::test]
async fn a_template_reaches_carla_also_when_she_wrote_days_ago() {
    let desk = Desk::new().await;
    let carla = desk.provider.customer("Carla");
    let phone = format!("+{}", carla.wa_id().unwrap());
    carla.writes("Hello").await.unwrap();
    desk.clock.advance(3 * 24 * 60 * 60 * 1000);
    let (status, _) = desk.posts(&template(&phone, "order_ready", &READY)).await;
    assert_eq!(status, 200);
    let line =
        carla.waits_for("Hello Carla, your parcel is ready. You can collect it until Friday.").await.unwrap();
    let told = desk.turn_until(|desk| desk.hub.statuses(&line.id).pop()).await;
    assert_ne!(told["status"], "failed");
}

#[tokio::test]
async fn what_is_not_approved_or_not_filled_in_as_approved_is_refused_with_its_code() {
    let desk = Desk::new().await;
    let phone = format!("+{}", desk.provider.customer("Carla").wa_id().unwrap());
    for (name, parameters, code) in [
        ("nothing_like_it", &READY[..], 132_001),
        ("order_ready", &READY[..2], 132_000),
        ("order_ready", &[("name", "Carla"), ("thing", "two\nlines"), ("day", "Friday")][..], 132_018),
    ] {
        let (status, answer) = desk.posts(&template(&phone, name, parameters)).await;
        assert_eq!((status, answer["error"]["code"].as_i64()), (400, Some(code)), "{name}");
    }
    desk.provider.inject(Fault::WithdrawTemplate { name: "order_ready".to_owned() });
    let (_, answer) = desk.posts(&template(&phone, "order_ready", &READY)).await;
    assert_eq!(answer["error"]["code"], 132_001);
}
