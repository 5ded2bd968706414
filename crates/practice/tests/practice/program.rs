//! The program and its control API.

use std::process::Stdio;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::stub::{Hub, NUMBER, PATIENCE, SECRET, TOKEN, client, message_to, post};

struct Program {
    _child: Child,
    base_url: String,
    client: reqwest::Client,
}

impl Program {
    async fn start(hub: &Hub, more: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_deskbell-practice"))
            .args(["--hub", &hub.url, "--account", "main", "--phone-number-id", NUMBER])
            .args(["--app-secret", SECRET, "--access-token", TOKEN, "--speed", "50"])
            .args(more)
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = tokio::time::timeout(PATIENCE, lines.next_line()).await.unwrap().unwrap().unwrap();
        let base_url = line.strip_prefix("provider on ").expect("the line with the address").to_owned();
        Self { _child: child, base_url, client: client() }
    }

    async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        let request = self.client.post(format!("{}/practice/{path}", self.base_url)).json(&body);
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap_or_default())
    }

    async fn get(&self, path: &str) -> Value {
        let answer = self.client.get(format!("{}/practice/{path}", self.base_url)).send().await.unwrap();
        answer.json().await.unwrap()
    }
}

#[tokio::test]
async fn a_test_in_any_language_moves_carla_by_http() {
    let hub = Hub::start().await;
    let program = Program::start(&hub, &["--no-cast"]).await;
    let (status, written) = program.post("customers/Carla/writes", json!({"text": "Grüezi 👋"})).await;
    assert_eq!((status, &written["taken"]), (200, &json!(true)));
    assert_eq!(hub.texts(), ["Grüezi 👋"]);

    let carla = program.get("customers/Carla").await;
    let to = json!({"to": format!("+{}", carla["wa_id"].as_str().unwrap())});
    let (_, answer) = post(&program.client, &program.base_url, &message_to(to.clone(), "Hello Carla")).await;
    let wamid = answer["messages"][0]["id"].as_str().unwrap().to_owned();
    program.post("customers/Carla/reads", json!({})).await;
    hub.until(|hub| (hub.status_words(&wamid) == ["sent", "delivered", "read"]).then_some(())).await;

    let lines = program.get("customers/Carla/phone").await["lines"].clone();
    let seen: Vec<_> = lines.as_array().unwrap().iter().map(|it| (&it["writer"], &it["text"])).collect();
    assert_eq!(
        seen,
        [(&json!("customer"), &json!("Grüezi 👋")), (&json!("business"), &json!("Hello Carla"))]
    );
    assert_eq!(lines[1]["wamid"], wamid.as_str());
    assert_eq!(lines[0]["wamid"], written["wamid"]);

    program.post("faults", json!({"fault": "refuse_send", "customer": "Carla", "code": 131_047})).await;
    let refused = post(&program.client, &program.base_url, &message_to(to, "again")).await;
    assert_eq!((refused.0, &refused.1["error"]["code"]), (400, &json!(131_047)));
}

#[tokio::test]
async fn deniz_without_a_number_sends_a_photo() {
    let hub = Hub::start().await;
    let program = Program::start(&hub, &["--no-cast"]).await;
    let photo = json!({"type": "image", "image": {"id": "1", "mime_type": "image/jpeg", "caption": "look"}});
    let (status, _) = program.post("customers/Deniz/writes", json!({"message": photo, "phone": false})).await;
    assert_eq!(status, 200);
    let value = hub.webhooks()[0].values().remove(0);
    assert_eq!(value["messages"][0]["image"]["caption"], "look");
    assert_eq!(value["messages"][0].get("from"), None);
    assert_eq!(program.get("customers/Deniz/phone").await["lines"][0]["text"], "[image]");
}

#[tokio::test]
async fn carla_replies_and_reacts_by_http() {
    let hub = Hub::start().await;
    let program = Program::start(&hub, &["--no-cast"]).await;
    let carla = program.get("customers/Carla").await;
    let to = json!({"to": format!("+{}", carla["wa_id"].as_str().unwrap())});
    let (_, answer) = post(&program.client, &program.base_url, &message_to(to, "Blue or red?")).await;
    let wamid = &answer["messages"][0]["id"];

    let reply = json!({"text": "This one", "reply_to": wamid});
    let (status, written) = program.post("customers/Carla/writes", reply).await;
    assert_eq!((status, &written["taken"]), (200, &json!(true)));
    let (status, reacted) = program.post("customers/Carla/reacts", json!({"to": wamid, "emoji": "👍"})).await;
    assert_eq!((status, &reacted["taken"]), (200, &json!(true)));
    let messages = hub.messages();
    assert_eq!(messages[0]["context"], json!({"from": "15550783881", "id": wamid}));
    assert_eq!(messages[1]["reaction"], json!({"message_id": wamid, "emoji": "👍"}));
    let lines = program.get("customers/Carla/phone").await["lines"].clone();
    assert_eq!(lines.as_array().unwrap().len(), 2, "{lines}");
    assert_eq!((&lines[0]["reaction"], &lines[1]["reply_to"]), (&json!("👍"), wamid));

    program.post("customers/Carla/reacts", json!({"to": wamid})).await;
    assert_eq!(hub.messages()[2]["reaction"], json!({ "message_id": wamid }));
    assert_eq!(program.get("customers/Carla/phone").await["lines"][0].get("reaction"), None);
}

#[tokio::test]
async fn what_makes_no_sense_is_refused() {
    let hub = Hub::start().await;
    let program = Program::start(&hub, &["--no-cast"]).await;
    for (path, body) in [
        ("customers/Carla/writes", json!({})),
        ("customers/Carla/writes", json!({"text": "a", "message": {}})),
        ("customers/Carla/writes", json!({"txet": "a"})),
        ("customers/Carla/reacts", json!({"emoji": "👍"})),
        ("customers/Carla/reacts", json!({"to": "wamid.A", "emojy": "👍"})),
        ("customers/%20/writes", json!({"text": "a"})),
        ("faults", json!({"fault": "earthquake"})),
    ] {
        let (status, _) = program.post(path, body.clone()).await;
        assert!((400..500).contains(&status), "{path} {body}: {status}");
    }
    assert!(hub.webhooks().is_empty());
}

#[tokio::test]
async fn the_cast_writes_unless_it_is_switched_off() {
    let hub = Hub::start().await;
    let _program = Program::start(&hub, &["--seed", "4"]).await;
    assert!(!hub.until_texts(1).await[0].is_empty());
}
