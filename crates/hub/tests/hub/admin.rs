//! What an administrator does beside a running hub, and what agents notice of it.

use deskbell_hub::Admin;
use deskbell_protocol::{
    Command as Asked, ErrorCode, HubFrame, InteractionState, Notice, OfferState, Readiness,
};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use tokio::io::{AsyncBufReadExt, BufReader};

use crate::program::{hub, run, says, serves};
use crate::world::{
    World, carla, delivery, deniz, hello, id_of, receive_frame, says as shows, send_frame, socket, within,
};

/// A world in which nothing is noticed just because a heartbeat passed.
async fn without_heartbeats() -> World {
    World::with(|settings| settings.screen.heartbeat_s = 3_600).await
}

/// What an administrator's command is to the running hub: another process on its store.
fn at_the_command_line(world: &World) -> Admin {
    let settings = world.settings();
    let (rules, set_up) = (settings.rules(), settings.set_up(false));
    Admin::open(&settings.store_path(), rules, set_up, world.now()).unwrap()
}

#[tokio::test]
async fn ben_takes_over_when_anna_is_disabled() {
    let world = without_heartbeats().await;
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla(), "Hello").await;
    let held = anna.accepts(&world).await;
    world.writes(&deniz(), "Hi").await;
    let ringing = anna.rings().await;
    let token = anna.token.clone();

    world.admin.disable(anna.me.id, world.now()).await.unwrap();
    // Her session ended at once, not with her next ping.
    within("Anna's session ends", async {
        while world.admin.count_sessions(anna.me.id).await.unwrap() > 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let (status, error) = world.refused(&token, "/v1/snapshot").await;
    assert_eq!((status, error.code), (401, ErrorCode::Unauthorized));
    let body = serde_json::json!({"name": "Anna", "password": crate::world::PASSWORD});
    let sign_in = async || world.http.post(world.url("/v1/sign-in")).json(&body).send().await.unwrap();
    assert_eq!(sign_in().await.status(), 401);

    let mut ben = world.ready_agent("Ben").await;
    let mut found = [ben.accepts(&world).await.id, ben.accepts(&world).await.id];
    found.sort();
    let mut expected = [held.id, ringing.interaction];
    expected.sort();
    assert_eq!(found, expected);
    ben.notices(|notice| *notice == Notice::Requeued).await;

    world.admin.enable(anna.me.id).await.unwrap();
    assert_eq!(sign_in().await.status(), 200);
    // Nothing rings at her before she says that she is ready.
    let anna = world.agent("Anna").await;
    assert_eq!(anna.status.as_ref().unwrap().readiness, Readiness::NotReady);
    assert!(anna.offers.values().all(|offer| offer.state != OfferState::Ringing));
}

#[tokio::test]
async fn what_anna_had_ended_is_done_when_she_is_disabled() {
    let world = World::new().await;
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla(), "Hello").await;
    let held = anna.accepts(&world).await;
    anna.commands(Asked::EndInteraction { interaction: held.id }).await.unwrap();
    world.admin.disable(anna.me.id, world.now()).await.unwrap();
    world.admin.enable(anna.me.id).await.unwrap();
    let anna = world.agent("Anna").await;
    assert_eq!(anna.interactions[&held.id].state, InteractionState::Done);
    assert_eq!(anna.status.as_ref().unwrap().load, 0);
}

#[tokio::test]
async fn an_agent_disabled_or_revoked_at_the_command_line_receives_nothing_more() {
    let world = without_heartbeats().await;
    let admin = at_the_command_line(&world);
    for disabled in [true, false] {
        let mut ben = world.ready_agent("Ben").await;
        world.writes(&carla(), "Hello").await;
        ben.accepts(&world).await;
        if disabled {
            admin.disable(ben.me.id, world.now()).await.unwrap();
        } else {
            admin.revoke(ben.me.id).await.unwrap();
        }
        world.writes(&carla(), "My card number is secret").await;
        let last = ben.close_error().await;
        assert!(ben.messages.values().all(|message| !shows(message, "My card number is secret")));
        assert_eq!(last.unwrap().code, ErrorCode::Unauthorized);
        admin.enable(ben.me.id).await.unwrap();
    }
}

#[tokio::test]
async fn revoking_annas_sign_in_ends_only_hers_at_once() {
    let world = without_heartbeats().await;
    let (annas, bens) = (world.sign_in("Anna").await.token, world.sign_in("Ben").await.token);
    let (mut anna, mut ben) = (socket(&world).await, socket(&world).await);
    for (socket, token) in [(&mut anna, &annas), (&mut ben, &bens)] {
        send_frame(socket, &hello(token, None)).await;
        assert!(matches!(receive_frame(socket).await, Some(HubFrame::Welcome { .. })));
        assert!(matches!(receive_frame(socket).await, Some(HubFrame::CursorTooOld {})));
    }
    assert_eq!(world.admin.revoke(id_of(&world, "Anna").await).await.unwrap(), 1);
    let Some(HubFrame::Refused { error }) = receive_frame(&mut anna).await else { panic!("not refused") };
    assert_eq!(error.code, ErrorCode::Unauthorized);
    assert_eq!(receive_frame(&mut anna).await, None);
    send_frame(&mut ben, &deskbell_protocol::ClientFrame::Ping { n: 1 }).await;
    assert!(matches!(receive_frame(&mut ben).await, Some(HubFrame::Pong { n: 1, .. })));
}

#[tokio::test]
async fn an_admin_at_the_command_line_ends_annas_session_in_the_running_hub() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("hub.toml");
    let text = "data_dir = \"data\"\nlisten = \"127.0.0.1:0\"\n[screen]\nheartbeat_s = 3600\n";
    std::fs::write(&file, text).unwrap();
    says(folder.path(), "agent add Anna --role supervisor --queue Everyone").await;
    let (_serving, address) = serves(&mut hub(folder.path())).await;

    let body = serde_json::json!({"name": "Anna", "password": "correct horse"});
    let http = reqwest::Client::new();
    let sign_in =
        async || http.post(format!("http://{address}/v1/sign-in")).json(&body).send().await.unwrap();
    let signed_in: deskbell_protocol::SignedIn = sign_in().await.json().await.unwrap();
    let (mut anna, _) = tokio_tungstenite::connect_async(format!("ws://{address}/v1/agent")).await.unwrap();
    send_frame(&mut anna, &hello(&signed_in.token, None)).await;
    assert!(matches!(receive_frame(&mut anna).await, Some(HubFrame::Welcome { .. })));
    assert!(matches!(receive_frame(&mut anna).await, Some(HubFrame::CursorTooOld {})));

    assert_eq!(says(folder.path(), "agent list").await, "Anna\tsupervisor\tEveryone\tenabled\t1 sessions\n");
    let sessions = says(folder.path(), "agent sessions Anna").await;
    assert_eq!(sessions, "signed in 0 min ago, for another 29 d 23 h\nconnected for 0 min\n");

    let revoked = says(folder.path(), "agent revoke Anna").await;
    assert_eq!(revoked, "Anna is signed out everywhere; there were 1 sign-ins\n");
    let Some(HubFrame::Refused { error }) = receive_frame(&mut anna).await else { panic!("not refused") };
    assert_eq!(error.code, ErrorCode::Unauthorized);

    says(folder.path(), "agent disable Anna").await;
    assert!(says(folder.path(), "agent list").await.contains("\tdisabled\t0 sessions"));
    assert_eq!(sign_in().await.status(), 401);
    says(folder.path(), "agent enable anna").await;
    assert_eq!(sign_in().await.status(), 200);
    let nobody = run(folder.path(), "agent disable Nobody").await;
    assert!(!nobody.status.success());
    assert!(String::from_utf8_lossy(&nobody.stderr).contains("there is no agent \"Nobody\""));
}

#[tokio::test]
async fn a_desktop_that_vanishes_is_logged_as_disconnected_and_not_as_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("hub.toml");
    std::fs::write(&file, "data_dir = \"data\"\nlisten = \"127.0.0.1:0\"\n").unwrap();
    says(folder.path(), "agent add Anna --queue Everyone").await;
    let (mut serving, address) = serves(hub(folder.path()).env_remove("RUST_LOG")).await;
    let body = serde_json::json!({"name": "Anna", "password": "correct horse"});
    let sign_in = reqwest::Client::new().post(format!("http://{address}/v1/sign-in")).json(&body);
    let signed_in: deskbell_protocol::SignedIn = sign_in.send().await.unwrap().json().await.unwrap();
    let (mut anna, _) = tokio_tungstenite::connect_async(format!("ws://{address}/v1/agent")).await.unwrap();
    send_frame(&mut anna, &hello(&signed_in.token, None)).await;
    assert!(matches!(receive_frame(&mut anna).await, Some(HubFrame::Welcome { .. })));
    // No close frame: the line is just gone.
    drop(anna);
    let mut log = BufReader::new(serving.stderr.take().unwrap()).lines();
    let ended = within("the end is logged", async {
        loop {
            let line = log.next_line().await.unwrap().unwrap();
            if line.contains("session ended") {
                return line;
            }
        }
    })
    .await;
    assert!(ended.contains("reason=Gone"), "{ended}");
}

#[tokio::test]
async fn administering_agents_needs_no_account_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let text = "data_dir = \"data\"\nlisten = \"127.0.0.1:0\"\n[[account]]\nname = \"shop\"\n\
                phone_number_id_env = \"SHOP_NUMBER\"\naccess_token_env = \"SHOP_TOKEN\"\n\
                app_secrets_env = [\"SHOP_SECRET\"]\nverify_token_env = \"SHOP_VERIFY\"\n";
    std::fs::write(folder.path().join("hub.toml"), text).unwrap();
    says(folder.path(), "agent add Anna --queue Everyone").await;
    let mut serve = hub(folder.path());
    for (name, value) in
        [("SHOP_NUMBER", "10654"), ("SHOP_TOKEN", "t"), ("SHOP_SECRET", "s"), ("SHOP_VERIFY", "v")]
    {
        serve.env(name, value);
    }
    let (_serving, address) = serves(&mut serve).await;
    assert!(says(folder.path(), "agent list").await.starts_with("Anna\tagent\tEveryone\tenabled"));
    says(folder.path(), "member remove Anna Everyone").await;
    says(folder.path(), "member add Anna Everyone").await;
    // The running server's account is as it was: a customer's message is taken.
    let body = serde_json::to_vec(&delivery(
        &[carla().text("Hello", deskbell_protocol::Millis(crate::world::MORNING)).1],
        &[],
    ))
    .unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(b"s").unwrap();
    mac.update(&body);
    let signature = format!("sha256={}", hex::encode(mac.finalize().into_bytes()));
    let url = format!("http://{address}/webhooks/whatsapp/shop");
    let request = reqwest::Client::new().post(url).header("X-Hub-Signature-256", signature).body(body);
    assert_eq!(request.send().await.unwrap().status(), 200);
    let store = rusqlite::Connection::open(folder.path().join("data/hub.sqlite3")).unwrap();
    let address: String = store.query_row("SELECT address FROM accounts", [], |row| row.get(0)).unwrap();
    assert_eq!(address, "10654");
    // Without its secrets the server itself does not start.
    let refused = run(folder.path(), "serve").await;
    assert!(String::from_utf8_lossy(&refused.stderr).contains("SHOP_NUMBER is missing or empty"));
}

/// Completes once a terminal does not show what is typed.
#[cfg(target_os = "linux")]
async fn unseen(terminal: &str) {
    loop {
        let state = tokio::process::Command::new("stty").args(["-a", "-F", terminal]).output().await.unwrap();
        if String::from_utf8_lossy(&state.stdout).split([' ', ';', '\n']).any(|word| word == "-echo") {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}

/// `script` gives the program a terminal, and types what it is given.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_terminal_asks_for_the_password_twice_without_echo() {
    let folder = tempfile::tempdir().unwrap();
    says(folder.path(), "init .").await;
    let typed = async |lines: &str| {
        use tokio::io::AsyncWriteExt;
        let mut command = tokio::process::Command::new("script");
        let program =
            format!("tty; exec {} agent add Anna --queue Everyone", env!("CARGO_BIN_EXE_deskbell-hub"));
        command.args(["-qec", program.as_str(), "/dev/null"]).env_remove("DESKBELL_PASSWORD");
        command.current_dir(folder.path()).kill_on_drop(true);
        command.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
        let mut terminal = command.spawn().unwrap();
        let mut keys = terminal.stdin.take().unwrap();
        let mut screen = BufReader::new(terminal.stdout.take().unwrap());
        let mut name = String::new();
        within("it says which terminal it is", screen.read_line(&mut name)).await.unwrap();
        let mut shown = Vec::new();
        for line in lines.lines() {
            // A person types some time after the question is there: echoing is off by then.
            within("it asks", screen.read_until(b':', &mut shown)).await.unwrap();
            within("it shows nothing that is typed", unseen(name.trim())).await;
            keys.write_all(format!("{line}\n").as_bytes()).await.unwrap();
        }
        within("it answers", tokio::io::AsyncReadExt::read_to_end(&mut screen, &mut shown)).await.unwrap();
        let ended = within("it ends", terminal.wait()).await.unwrap();
        (ended.success(), String::from_utf8(shown).unwrap())
    };

    let (added, shown) = typed("correct horse\nanother horse").await;
    assert!(!added && shown.contains("the two passwords differ"), "{shown}");
    assert_eq!(says(folder.path(), "agent list").await, "");
    let (added, shown) = typed("correct horse\ncorrect horse").await;
    assert!(added && shown.contains("added Anna"), "{shown}");
    assert!(!shown.contains("horse"), "{shown}");
}
