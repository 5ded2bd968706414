//! The control API and the program, with SMS.

use std::process::Stdio;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::sms::stub::{ACCOUNT_SID, AUTH_TOKEN, BUSINESS, FormHub, post_form};
use crate::stub::{NUMBER, PATIENCE, SECRET, TOKEN, client};

struct Program {
    _child: Child,
    base_url: String,
    sms_url: String,
    client: reqwest::Client,
}

impl Program {
    async fn start(hub: &FormHub) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_deskbell-practice"))
            .args(["--hub", &hub.url, "--account", "main", "--phone-number-id", NUMBER])
            .args(["--app-secret", SECRET, "--access-token", TOKEN, "--speed", "50", "--no-cast"])
            .args(["--sms-account", "desk", "--sms-account-sid", ACCOUNT_SID])
            .args(["--sms-auth-token", AUTH_TOKEN, "--sms-number", BUSINESS])
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut line =
            async || tokio::time::timeout(PATIENCE, lines.next_line()).await.unwrap().unwrap().unwrap();
        let base_url = line().await.strip_prefix("provider on ").expect("WhatsApp's address").to_owned();
        let sms_url = line().await.strip_prefix("sms provider on ").expect("the SMS address").to_owned();
        Self { _child: child, base_url, sms_url, client: client() }
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

    async fn send(&self, to: &str, text: &str, callback: &str) -> (u16, Value) {
        let url = format!("{}/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json", self.sms_url);
        let form = [("To", to), ("From", BUSINESS), ("Body", text), ("StatusCallback", callback)];
        let answer = post_form(&self.client, &url, (ACCOUNT_SID, AUTH_TOKEN), &form).await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }
}

#[tokio::test]
async fn a_test_in_any_language_lets_carla_write_sms() {
    let hub = FormHub::start().await;
    let program = Program::start(&hub).await;
    let carla = program.get("customers/Carla").await;
    let number = carla["number"].as_str().unwrap();
    assert_eq!(number, format!("+{}", carla["wa_id"].as_str().unwrap()));
    let body = json!({"channel": "sms", "text": "Grüezi 👋"});
    let (status, written) = program.post("customers/Carla/writes", body).await;
    assert_eq!((status, &written["taken"]), (200, &json!(true)));
    assert_eq!(hub.texts(), ["Grüezi 👋"]);
    assert_eq!(hub.forms()[0].path, "/webhooks/sms/desk");

    let (status, answer) = program.send(number, "Hello Carla", &format!("{}/status", hub.url)).await;
    assert_eq!(status, 201);
    let sid = answer["sid"].as_str().unwrap();
    hub.until(|hub| (hub.statuses(sid) == ["sent", "delivered"]).then_some(())).await;
    let phone = program.get("customers/Carla/phone?channel=sms").await;
    let seen: Vec<_> = phone["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| [&it["writer"], &it["text"], &it["sid"]].map(|it| it.as_str().unwrap()))
        .collect();
    let hers = written["sid"].as_str().unwrap();
    assert_eq!(seen, [["customer", "Grüezi 👋", hers], ["business", "Hello Carla", sid]]);
    assert_eq!(program.get("customers/Carla/phone").await["lines"], json!([]));

    let fault = json!({"channel": "sms", "fault": "refuse_send", "customer": "Carla", "code": 21614});
    assert_eq!(program.post("faults", fault).await.0, 200);
    let (status, answer) = program.send(number, "again", "http://127.0.0.1/").await;
    assert_eq!((status, &answer["code"]), (400, &json!(21614)));
}

#[tokio::test]
async fn what_sms_does_not_have_is_refused() {
    let hub = FormHub::start().await;
    let program = Program::start(&hub).await;
    for (path, body) in [
        ("customers/Carla/writes", json!({"channel": "sms"})),
        (
            "customers/Carla/writes",
            json!({"channel": "sms", "message": {"type": "text", "text": {"body": "a"}}}),
        ),
        ("customers/Carla/writes", json!({"channel": "sms", "text": "a", "reply_to": "SM1"})),
        ("customers/Carla/writes", json!({"channel": "letter", "text": "a"})),
        ("faults", json!({"channel": "sms", "fault": "unsubscribe"})),
        ("faults", json!({"channel": "sms", "fault": "earthquake"})),
    ] {
        let (status, _) = program.post(path, body.clone()).await;
        assert!((400..500).contains(&status), "{path} {body}: {status}");
    }
    assert!(hub.forms().is_empty());
}
