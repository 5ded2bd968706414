//! A copy of the store, and a hub that goes on from it.

use deskbell_protocol::{DeliveryState, ErrorCode, MessageId, SignedIn, Snapshot};

use crate::program::{hub, run, says, serves};
use crate::world::{Behaviour, Desktop, World, carla, send, within};

async fn signs_in(address: &str) -> SignedIn {
    let body = serde_json::json!({"name": "Anna", "password": "correct horse"});
    let request = reqwest::Client::new().post(format!("http://{address}/v1/sign-in")).json(&body);
    request.send().await.unwrap().json().await.unwrap()
}

async fn snapshot(address: &str, token: &str) -> Option<Snapshot> {
    let request = reqwest::Client::new().get(format!("http://{address}/v1/snapshot")).bearer_auth(token);
    request.send().await.unwrap().json().await.ok()
}

#[tokio::test]
async fn an_admin_backs_up_a_running_hub_and_restores_it_after_a_disk_failure() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("hub.toml"), "data_dir = \"data\"\nlisten = \"127.0.0.1:0\"\n")
        .unwrap();
    let nothing = run(folder.path(), "backup copy.sqlite3").await;
    assert!(String::from_utf8_lossy(&nothing.stderr).contains("there is no store"));
    says(folder.path(), "agent add Anna --queue Everyone").await;
    let (mut serving, address) = serves(&mut hub(folder.path())).await;
    let signed_in = signs_in(&address).await;
    let before = snapshot(&address, &signed_in.token).await.unwrap();
    assert_eq!(says(folder.path(), "backup copy.sqlite3").await, "wrote copy.sqlite3\n");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(folder.path().join("copy.sqlite3")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let again = run(folder.path(), "backup copy.sqlite3").await;
    assert!(String::from_utf8_lossy(&again.stderr).contains("exists already"));
    says(folder.path(), "backup copy.sqlite3 --force").await;
    // Ben is younger than the backup.
    says(folder.path(), "agent add Ben --queue Everyone").await;
    let running = run(folder.path(), "restore copy.sqlite3 --force").await;
    assert!(String::from_utf8_lossy(&running.stderr).contains("another hub already runs"));
    serving.kill().await.unwrap();

    let there = run(folder.path(), "restore copy.sqlite3").await;
    assert!(String::from_utf8_lossy(&there.stderr).contains("exists already; --force replaces it"));
    for (name, bytes) in [("torn", vec![7; 8192]), ("empty", Vec::new())] {
        std::fs::write(folder.path().join(name), bytes).unwrap();
        let refused = run(folder.path(), &format!("restore {name} --force")).await;
        assert!(!refused.status.success());
        assert!(String::from_utf8_lossy(&refused.stderr).contains("is no backup of this program"), "{name}");
    }
    assert!(!run(folder.path(), "restore nowhere --force").await.status.success());
    assert!(says(folder.path(), "agent list").await.contains("Ben"), "nothing was touched");

    says(folder.path(), "restore copy.sqlite3 --force").await;
    assert!(folder.path().join("data/hub.sqlite3.replaced").exists());
    assert!(!says(folder.path(), "agent list").await.contains("Ben"));
    let (_serving, address) = serves(&mut hub(folder.path())).await;
    // The old sign-in may have been ended since; the new life is another one of the same hub.
    assert!(snapshot(&address, &signed_in.token).await.is_none());
    let renewed = signs_in(&address).await;
    let after = snapshot(&address, &renewed.token).await.unwrap();
    assert_ne!(after.generation, before.generation);
    assert_eq!(renewed.hub, signed_in.hub);
}

#[tokio::test]
async fn messages_waiting_in_a_backup_are_not_sent_twice() {
    let mut world = World::new().await;
    let carla = carla();
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla, "Hello").await;
    let conversation = anna.accepts(&world).await.conversation;
    let put_off =
        serde_json::json!({"error": {"code": 131_056, "message": "Too many", "type": "OAuthException"}});
    world.provider.is(Behaviour::Answers(400, put_off));
    let id = MessageId::fresh();
    anna.commands(send(id, conversation, "The price is 40")).await.unwrap();
    world.provider.has(1).await;
    within("the refusal is written down", async {
        let file = world.file();
        let waits = "SELECT count(*) FROM outbound WHERE state = 'waiting' AND tries = 1";
        while file.query_row(waits, [], |row| row.get::<_, i64>(0)).unwrap() == 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let copy = world.folder().join("copy.sqlite3");
    deskbell_hub::Hub::back_up(world.settings(), &copy, false).unwrap();
    // After the backup it goes out, and then the disk is lost.
    world.provider.is(Behaviour::Accepts);
    world.clock.advance(crate::world::MINUTE);
    anna.delivery_is(id, DeliveryState::Accepted).await;
    let (token, cursor) = (anna.token.clone(), anna.cursor);
    world.stop().await;
    let clock = world.clock.shared();
    deskbell_hub::Hub::restore(world.settings(), &copy, true, &clock).unwrap();
    world.start().await;
    let (status, error) = world.refused(&token, "/v1/snapshot").await;
    assert_eq!((status, error.code), (401, ErrorCode::Unauthorized));
    let signed_in = world.sign_in("Anna").await;
    let mut anna = Desktop::connect(&world, &signed_in.token, Some(cursor)).await;
    anna.read_snapshot(&world).await;
    anna.delivery_is(id, DeliveryState::Unknown).await;
    world.clock.advance(crate::world::HOUR);
    world.writes(&carla, "Are you there?").await;
    anna.reads("Are you there?").await;
    let posted = world.provider.posted();
    assert_eq!(
        posted.iter().filter(|post| post.body == "The price is 40").count(),
        2,
        "refused once, sent once"
    );
}
