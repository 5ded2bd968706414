//! What an administrator does beside a running hub, and what agents notice of it.

use std::path::Path;
use std::process::{Output, Stdio};

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use deskbell_protocol::{
    Command as Asked, ErrorCode, HubFrame, InteractionState, Notice, OfferState, Readiness,
};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpListener;
use tokio::process::Command;

use crate::world::{World, carla, deniz, hear, hello, id_of, say, socket, within};

#[tokio::test]
async fn anna_is_disabled_in_the_middle_of_her_work_and_ben_goes_on_with_it() {
    let world = World::new().await;
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla(), "Hello").await;
    let held = anna.accepts(&world).await;
    world.writes(&deniz(), "Hi").await;
    let ringing = anna.rings().await;
    let token = anna.token.clone();

    world.store.disable(anna.me.id, world.now()).await.unwrap();
    // She was told at once, not with her next ping.
    within("Anna's session ends", async {
        while world.store.count_sessions(anna.me.id).await.unwrap() > 0 {
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

    world.store.enable(anna.me.id).await.unwrap();
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
    world.store.disable(anna.me.id, world.now()).await.unwrap();
    world.store.enable(anna.me.id).await.unwrap();
    let anna = world.agent("Anna").await;
    assert_eq!(anna.interactions[&held.id].state, InteractionState::Done);
    assert_eq!(anna.status.as_ref().unwrap().load, 0);
}

#[tokio::test]
async fn a_revoked_sign_in_ends_at_once_and_only_annas() {
    let world = World::new().await;
    let (annas, bens) = (world.sign_in("Anna").await.token, world.sign_in("Ben").await.token);
    let (mut anna, mut ben) = (socket(&world).await, socket(&world).await);
    for (socket, token) in [(&mut anna, &annas), (&mut ben, &bens)] {
        say(socket, &hello(token, None)).await;
        assert!(matches!(hear(socket).await, Some(HubFrame::Welcome { .. })));
        assert!(matches!(hear(socket).await, Some(HubFrame::CursorTooOld {})));
    }
    assert_eq!(world.store.revoke(id_of(&world, "Anna").await).await.unwrap(), 1);
    let Some(HubFrame::Refused { error }) = hear(&mut anna).await else { panic!("not refused") };
    assert_eq!(error.code, ErrorCode::Unauthorized);
    assert_eq!(hear(&mut anna).await, None);
    say(&mut ben, &deskbell_protocol::ClientFrame::Ping { n: 1 }).await;
    assert!(matches!(hear(&mut ben).await, Some(HubFrame::Pong { n: 1, .. })));
}

fn hub(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_deskbell-hub"));
    command.current_dir(folder).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.kill_on_drop(true).env("DESKBELL_PASSWORD", "correct horse");
    command
}

async fn run(folder: &Path, words: &str) -> Output {
    let mut command = hub(folder);
    command.args(words.split(' '));
    within("the program ends", command.output()).await.unwrap()
}

async fn says(folder: &Path, words: &str) -> String {
    let output = run(folder, words).await;
    assert!(output.status.success(), "{words}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test]
async fn an_admin_at_the_command_line_ends_annas_session_in_the_running_hub() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("hub.toml");
    std::fs::write(&file, "data_dir = \"data\"\nlisten = \"127.0.0.1:0\"\n").unwrap();
    says(folder.path(), "agent add Anna --role supervisor --queue Everyone").await;
    let mut serving = hub(folder.path()).arg("serve").spawn().unwrap();
    let mut lines = BufReader::new(serving.stdout.take().unwrap()).lines();
    let line = within("the hub is ready", lines.next_line()).await.unwrap().unwrap();
    let address = line.strip_prefix("listening on http://").unwrap().to_owned();

    let body = serde_json::json!({"name": "Anna", "password": "correct horse"});
    let http = reqwest::Client::new();
    let sign_in =
        async || http.post(format!("http://{address}/v1/sign-in")).json(&body).send().await.unwrap();
    let signed_in: deskbell_protocol::SignedIn = sign_in().await.json().await.unwrap();
    let (mut anna, _) = tokio_tungstenite::connect_async(format!("ws://{address}/v1/agent")).await.unwrap();
    say(&mut anna, &hello(&signed_in.token, None)).await;
    assert!(matches!(hear(&mut anna).await, Some(HubFrame::Welcome { .. })));
    assert!(matches!(hear(&mut anna).await, Some(HubFrame::CursorTooOld {})));

    assert_eq!(says(folder.path(), "agent list").await, "Anna\tsupervisor\tEveryone\tenabled\t1 sessions\n");
    let sessions = says(folder.path(), "agent sessions Anna").await;
    assert_eq!(sessions, "signed in 0 min ago, for another 29 d 23 h\nconnected for 0 min\n");

    let revoked = says(folder.path(), "agent revoke Anna").await;
    assert_eq!(revoked, "Anna is signed out everywhere; there were 1 sign-ins\n");
    let Some(HubFrame::Refused { error }) = hear(&mut anna).await else { panic!("not refused") };
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
async fn a_desktop_that_vanishes_is_logged_as_gone_and_not_as_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("hub.toml");
    std::fs::write(&file, "data_dir = \"data\"\nlisten = \"127.0.0.1:0\"\n").unwrap();
    says(folder.path(), "agent add Anna --queue Everyone").await;
    let mut serving = hub(folder.path()).arg("serve").env_remove("RUST_LOG").spawn().unwrap();
    let mut lines = BufReader::new(serving.stdout.take().unwrap()).lines();
    let line = within("the hub is ready", lines.next_line()).await.unwrap().unwrap();
    let address = line.strip_prefix("listening on http://").unwrap().to_owned();
    let body = serde_json::json!({"name": "Anna", "password": "correct horse"});
    let sign_in = reqwest::Client::new().post(format!("http://{address}/v1/sign-in")).json(&body);
    let signed_in: deskbell_protocol::SignedIn = sign_in.send().await.unwrap().json().await.unwrap();
    let (mut anna, _) = tokio_tungstenite::connect_async(format!("ws://{address}/v1/agent")).await.unwrap();
    say(&mut anna, &hello(&signed_in.token, None)).await;
    assert!(matches!(hear(&mut anna).await, Some(HubFrame::Welcome { .. })));
    // No close frame: the line is just gone.
    drop(anna);
    let mut log = BufReader::new(serving.stderr.take().unwrap()).lines();
    let ended = within("the end is logged", async {
        loop {
            let line = log.next_line().await.unwrap().unwrap();
            if line.contains("a session ended") {
                return line;
            }
        }
    })
    .await;
    assert!(ended.contains("over=Gone"), "{ended}");
}

/// A provider that knows one number and one token.
async fn graph() -> String {
    let answer = async |headers: HeaderMap| match headers.get(header::AUTHORIZATION) {
        Some(token) if token == "Bearer good" => (StatusCode::OK, "{\"id\":\"10654\"}").into_response(),
        _ => (StatusCode::UNAUTHORIZED, "{\"error\":{\"code\":190}}").into_response(),
    };
    let app = axum::Router::new().route("/v26.0/10654", axum::routing::get(answer)).route(
        "/moved/v26.0/10654",
        axum::routing::get(async || axum::response::Redirect::to("/v26.0/10654")),
    );
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    address
}

fn write_settings(folder: &Path, base_url: &str, number: &str) {
    let text = format!(
        "data_dir = \"data\"\n[[account]]\nname = \"shop\"\nphone_number_id = \"{number}\"\n\
         access_token_env = \"SHOP_TOKEN\"\napp_secrets = [\"s\"]\nverify_token = \"v\"\n\
         base_url = \"{base_url}\"\n"
    );
    std::fs::write(folder.join("hub.toml"), text).unwrap();
}

async fn checks(folder: &Path, token: &str) -> (bool, String) {
    let mut command = hub(folder);
    let output =
        within("the check ends", command.arg("check").env("SHOP_TOKEN", token).output()).await.unwrap();
    (output.status.success(), String::from_utf8(output.stdout).unwrap())
}

#[tokio::test]
async fn a_check_says_what_is_wrong_and_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let graph = graph().await;
    write_settings(folder.path(), &graph, "10654");
    // Before the first start: nothing is wrong.
    let (good, words) = checks(folder.path(), "good").await;
    assert!(good, "{words}");
    assert!(words.contains("there is no data folder") && words.contains("token is good"), "{words}");

    let mut add = hub(folder.path());
    add.args(["agent", "add", "Anna"]).env("SHOP_TOKEN", "good");
    assert!(within("Anna is added", add.output()).await.unwrap().status.success());
    let (good, words) = checks(folder.path(), "good").await;
    assert!(good && words.contains("good  database: opens"), "{words}");
    assert!(cfg!(not(unix)) || words.contains(" free space: "), "{words}");

    for (base_url, number, token, expected) in [
        (graph.clone(), "10654", "old", "does not take the token"),
        (graph.clone(), "10655", "good", "does not know this number"),
        (format!("{graph}/moved"), "10654", "good", "sends on to another address"),
        ("http://127.0.0.1:1".to_owned(), "10654", "good", "cannot be reached"),
        (graph.clone(), "10654", "", "SHOP_TOKEN is missing or empty"),
    ] {
        write_settings(folder.path(), &base_url, number);
        let (good, words) = checks(folder.path(), token).await;
        assert!(!good && words.contains("BAD ") && words.contains(expected), "{expected}: {words}");
        assert!(words.contains("\n      -> ") && !words.contains("Bearer"), "{words}");
    }

    // A store that somebody wrote over.
    write_settings(folder.path(), &graph, "10654");
    std::fs::write(folder.path().join("data/hub.sqlite3"), vec![7; 8192]).unwrap();
    let (good, words) = checks(folder.path(), "good").await;
    assert!(!good && words.contains("BAD   database: it cannot be read"), "{words}");
}
