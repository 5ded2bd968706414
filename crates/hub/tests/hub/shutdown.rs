//! Shutdown under load.
#![cfg(unix)]

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::program::{hub, serves};
use crate::world::{MORNING, PHONE_NUMBER_ID, delivery, somebody, within};

#[tokio::test]
async fn deliveries_accepted_before_a_sigterm_are_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let text = format!(
        "data_dir = \"data\"\nlisten = \"127.0.0.1:0\"\n[[account]]\nname = \"shop\"\n\
         phone_number_id = \"{PHONE_NUMBER_ID}\"\naccess_token = \"t\"\napp_secrets = [\"s\"]\n\
         verify_token = \"v\"\nbase_url = \"http://127.0.0.1:1\"\n"
    );
    std::fs::write(folder.path().join("hub.toml"), text).unwrap();
    let (mut serving, address) = serves(&mut hub(folder.path())).await;
    let url = format!("http://{address}/webhooks/whatsapp/shop");
    let http = reqwest::Client::new();
    let (mut taken, mut stopping) = (0_i64, false);
    for number in 0..10_000 {
        let message = somebody(number).text("Hello", deskbell_protocol::Millis(MORNING)).1;
        let body = serde_json::to_vec(&delivery(&[message], &[])).unwrap();
        let mut mac = Hmac::<Sha256>::new_from_slice(b"s").unwrap();
        mac.update(&body);
        let signature = format!("sha256={}", hex::encode(mac.finalize().into_bytes()));
        let request = http.post(&url).header("X-Hub-Signature-256", signature).body(body).send();
        match request.await {
            Ok(answer) if answer.status() == 200 => taken += 1,
            Ok(_) | Err(_) => break,
        }
        if taken >= 20 && !stopping {
            stopping = true;
            let process = serving.id().unwrap().to_string();
            let signalled = std::process::Command::new("kill").args(["-TERM", &process]).status().unwrap();
            assert!(signalled.success());
        }
    }
    let ended = within("the hub stops", serving.wait()).await.unwrap();
    assert!(ended.success() && stopping && taken >= 20, "{ended}, {taken}");
    let (_serving, _) = serves(&mut hub(folder.path())).await;
    let store = rusqlite::Connection::open(folder.path().join("data/hub.sqlite3")).unwrap();
    let said = "SELECT count(*) FROM messages WHERE provider_id LIKE 'wamid.Somebody%'";
    within("everything that was taken is there", async {
        while store.query_row(said, [], |row| row.get::<_, i64>(0)).unwrap() < taken {
            tokio::task::yield_now().await;
        }
    })
    .await;
}
