//! What `deskbell-hub check` says of good and of broken surroundings.

use std::path::Path;
use std::sync::{Arc, Mutex};

use axum::extract::{Path as InUrl, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpListener;

use crate::program::hub;
use crate::world::within;

/// What the provider says next: of the number, and of who is subscribed.
#[derive(Clone)]
struct Says {
    number: Value,
    apps: Value,
    /// Instead of all that.
    instead: Option<fn() -> Response>,
    silent: bool,
}

fn healthy() -> Says {
    let number = json!({
        "id": "10654", "display_phone_number": "+49 30 1", "verified_name": "Workshop", "quality_rating": "GREEN",
        "throughput": {"level": "STANDARD"}, "code_verification_status": "VERIFIED",
        "health_status": {"can_send_message": "AVAILABLE", "entities": [
            {"entity_type": "PHONE_NUMBER", "id": "10654", "can_send_message": "AVAILABLE"},
            {"entity_type": "WABA", "id": "1029", "can_send_message": "AVAILABLE"},
        ]},
    });
    let apps = json!({"data": [{"whatsapp_business_api_data": {"id": "63", "name": "Deskbell"}}]});
    Says { number, apps, instead: None, silent: false }
}

struct Graph {
    says: Arc<Mutex<Says>>,
    address: String,
}

impl Graph {
    async fn start() -> Self {
        let says = Arc::new(Mutex::new(healthy()));
        let app = axum::Router::new()
            .route("/v26.0/{id}", get(number))
            .route("/v26.0/{id}/subscribed_apps", get(apps))
            .with_state(Arc::clone(&says));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { says, address }
    }

    fn says(&self, change: impl FnOnce(&mut Says)) {
        let mut says = healthy();
        change(&mut says);
        *self.says.lock().unwrap() = says;
    }
}

fn refusal(status: StatusCode, code: i64, subcode: i64) -> Response {
    let error = json!({"error": {"code": code, "error_subcode": subcode, "type": "OAuthException"}});
    (status, axum::Json(error)).into_response()
}

async fn number(
    State(says): State<Arc<Mutex<Says>>>,
    InUrl(id): InUrl<String>,
    headers: HeaderMap,
) -> Response {
    let says = says.lock().unwrap().clone();
    if says.silent {
        std::future::pending::<()>().await;
    }
    if let Some(instead) = says.instead {
        return instead();
    }
    match headers.get(header::AUTHORIZATION) {
        Some(token) if token == "Bearer good" && id == "10654" => axum::Json(says.number).into_response(),
        Some(token) if token == "Bearer good" => refusal(StatusCode::BAD_REQUEST, 100, 33),
        _ => refusal(StatusCode::UNAUTHORIZED, 190, 463),
    }
}

async fn apps(State(says): State<Arc<Mutex<Says>>>, InUrl(id): InUrl<String>) -> Response {
    let says = says.lock().unwrap().clone();
    if id == "1029" {
        axum::Json(says.apps).into_response()
    } else {
        refusal(StatusCode::BAD_REQUEST, 100, 33)
    }
}

fn write_settings(folder: &TempDir, base_url: &str, number: &str, waba: Option<&str>) {
    let waba = waba.map(|waba| format!("waba_id = \"{waba}\"\n")).unwrap_or_default();
    let text = format!(
        "data_dir = \"data\"\n[[account]]\nname = \"shop\"\nphone_number_id = \"{number}\"\n{waba}\
         access_token_env = \"SHOP_TOKEN\"\napp_secrets = [\"s\"]\nverify_token = \"v\"\n\
         base_url = \"{base_url}\"\n"
    );
    std::fs::write(folder.path().join("hub.toml"), text).unwrap();
}

/// Whether it ended well, and the table with its lines joined.
async fn checks(folder: &Path, token: &str) -> (bool, String) {
    let mut command = hub(folder);
    command.args(["check", "--patience", "2"]).env("SHOP_TOKEN", token);
    let output = within("the check ends", command.output()).await.unwrap();
    let table = String::from_utf8(output.stdout).unwrap();
    assert!(!table.contains(token) || token.is_empty() || token == "good", "{table}");
    (output.status.success(), table.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[tokio::test]
async fn a_healthy_setup_has_only_good_findings() {
    let (folder, graph) = (tempfile::tempdir().unwrap(), Graph::start().await);
    write_settings(&folder, &graph.address, "10654", Some("1029"));
    // Before the first start: nothing is wrong.
    let (good, words) = checks(folder.path(), "good").await;
    assert!(good && words.contains("there is no data folder"), "{words}");
    let mut add = hub(folder.path());
    within("Anna is added", add.args(["agent", "add", "Anna"]).output()).await.unwrap();
    let (good, words) = checks(folder.path(), "good").await;
    for expected in [
        "good settings 1 queues, 1 accounts",
        "good database opens, and its pages are whole",
        "good clock agrees with 127.0.0.1",
        "good shop: provider 127.0.0.1 is there",
        "good shop: token good for this number",
        "good shop: health messages can be sent",
        "good shop: number +49 30 1, Workshop, quality GREEN, throughput STANDARD, verification VERIFIED",
        "good shop: webhook 1 subscribed: Deskbell",
    ] {
        assert!(words.contains(expected), "{expected}: {words}");
    }
    assert!(good && (cfg!(not(unix)) || words.contains(" free space ")), "{words}");
}

#[tokio::test]
async fn a_file_of_version_0_1_is_shown_in_its_new_form() {
    let (folder, graph) = (tempfile::tempdir().unwrap(), Graph::start().await);
    write_settings(&folder, &graph.address, "10654", Some("1029"));
    let (good, words) = checks(folder.path(), "good").await;
    let form = "look shop: form written as for version 0.1.0, which is still read -> Write channel = \"whatsapp\" \
                into the account, and put these keys into a table below it: [account.whatsapp] ";
    let (_, keys) = words.split_once(form).unwrap_or_else(|| panic!("{words}"));
    for key in ["phone_number_id", "waba_id", "access_token_env", "app_secrets", "verify_token", "base_url"] {
        assert!(keys.contains(&format!("{key} = …")), "{key}: {words}");
    }
    assert!(good, "{words}");

    // The same file, written as it says.
    let file = folder.path().join("hub.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let new =
        text.replace("name = \"shop\"\n", "name = \"shop\"\nchannel = \"whatsapp\"\n[account.whatsapp]\n");
    assert_ne!(text, new);
    std::fs::write(&file, new).unwrap();
    let (good, words) = checks(folder.path(), "good").await;
    assert!(good && !words.contains("form"), "{words}");
    assert!(words.contains("good shop: token good for this number"), "{words}");
}

#[tokio::test]
async fn doubtful_findings_are_no_error() {
    let (folder, graph) = (tempfile::tempdir().unwrap(), Graph::start().await);
    write_settings(&folder, &graph.address, "10654", Some("1029"));
    graph.says(|says| {
        says.number["quality_rating"] = "RED".into();
        says.number["health_status"] = json!({"can_send_message": "LIMITED", "entities": [
            {"entity_type": "PHONE_NUMBER", "can_send_message": "LIMITED",
             "additional_info": ["The display name has not been \u{1b}[31mapproved yet."]},
            {"entity_type": "APP", "can_send_message": "AVAILABLE"},
        ]});
        says.apps["data"][0]["override_callback_uri"] = "https://elsewhere.example/hook".into();
    });
    let (good, words) = checks(folder.path(), "good").await;
    assert!(good, "{words}");
    for expected in [
        "look shop: health messages can be sent, but limited: phone_number LIMITED: The display name",
        "quality RED",
        "look shop: webhook deliveries go to https://elsewhere.example/hook",
    ] {
        assert!(words.contains(expected), "{expected}: {words}");
    }
    assert!(!words.contains('\u{1b}'), "what others write does not move the cursor");
    // Without the business account nobody can look.
    write_settings(&folder, &graph.address, "10654", None);
    let (good, words) = checks(folder.path(), "good").await;
    assert!(
        good && words.contains("look shop: webhook not looked at") && words.contains("Set waba_id"),
        "{words}"
    );
}

#[tokio::test]
async fn bad_findings_name_the_next_step_and_exit_with_an_error() {
    let (folder, graph) = (tempfile::tempdir().unwrap(), Graph::start().await);
    let base = graph.address.clone();
    let blocked = |says: &mut Says| {
        says.number["health_status"] = json!({"can_send_message": "BLOCKED", "entities": [
            {"entity_type": "WABA", "can_send_message": "BLOCKED", "errors": [{"error_code": 141_006,
             "error_description": "There is an error with the payment method.",
             "possible_solution": "Add a valid payment method."}]},
        ]});
    };
    type Change = fn(&mut Says);
    let page: Change = |says| says.instead = Some(|| Html("<h1>Welcome to nginx</h1>").into_response());
    let moved: Change =
        |says| says.instead = Some(|| axum::response::Redirect::to("/v26.0/10654").into_response());
    let half: Change = |says| {
        says.instead = Some(|| {
            let parts = [Ok(axum::body::Bytes::from("{\"id\":")), Err(std::io::Error::other("cut"))];
            axum::body::Body::from_stream(futures_util::stream::iter(parts)).into_response()
        });
    };
    let nothing: Change = |_| {};
    for (change, base_url, number, token, expected) in [
        (nothing, &base, "10654", "EAAGold", "BAD shop: token the provider does not take it: it has expired"),
        (nothing, &base, "10655", "good", "BAD shop: token the provider does not know this number"),
        (nothing, &base, "10654", "", "SHOP_TOKEN is missing or empty"),
        (nothing, &"http://127.0.0.1:1".to_owned(), "10654", "good", "127.0.0.1 cannot be reached"),
        (
            blocked,
            &base,
            "10654",
            "good",
            "BAD shop: health no message can be sent: waba BLOCKED: There is an error",
        ),
        (blocked, &base, "10654", "good", "-> Add a valid payment method."),
        (
            |says| says.apps = json!({"data": []}),
            &base,
            "10654",
            "good",
            "BAD shop: webhook no app is subscribed",
        ),
        (|says| says.apps = json!({"data": []}), &base, "10654", "good", "POST /v26.0/1029/subscribed_apps"),
        (page, &base, "10654", "good", "answers (200), but not as the provider does"),
        (moved, &base, "10654", "good", "sends on to another address"),
        (half, &base, "10654", "good", "BAD shop: provider 127.0.0.1 cannot be reached"),
        (
            |says| says.silent = true,
            &base,
            "10654",
            "good",
            "BAD shop: provider 127.0.0.1 does not answer in time",
        ),
    ] {
        graph.says(change);
        write_settings(&folder, base_url, number, Some("1029"));
        let (good, words) = checks(folder.path(), token).await;
        assert!(!good && words.contains("BAD ") && words.contains(expected), "{expected}: {words}");
        assert!(words.contains(" -> ") && !words.contains("Bearer"), "{words}");
    }
    // A business account that is somebody else's.
    graph.says(nothing);
    write_settings(&folder, &base, "10654", Some("1030"));
    let (good, words) = checks(folder.path(), "good").await;
    assert!(!good && words.contains("BAD shop: webhook the provider does not say"), "{words}");
    // A store that somebody wrote over.
    write_settings(&folder, &base, "10654", Some("1029"));
    std::fs::create_dir(folder.path().join("data")).unwrap();
    std::fs::write(folder.path().join("data/hub.sqlite3"), vec![7; 8192]).unwrap();
    let (good, words) = checks(folder.path(), "good").await;
    assert!(!good && words.contains("BAD database it cannot be read"), "{words}");
}

#[tokio::test]
async fn a_clock_that_differs_from_the_providers_is_reported() {
    let (folder, graph) = (tempfile::tempdir().unwrap(), Graph::start().await);
    write_settings(&folder, &graph.address, "10654", Some("1029"));
    graph.says(|says| {
        says.instead = Some(|| {
            let date = [(header::DATE, "Thu, 01 Jan 2026 00:00:00 GMT")];
            (date, axum::Json(json!({"id": "10654"}))).into_response()
        });
    });
    let (good, words) = checks(folder.path(), "good").await;
    assert!(
        !good && words.contains("BAD clock this machine is") && words.contains("ahead of 127.0.0.1"),
        "{words}"
    );
    assert!(words.contains("look shop: health the provider does not say"), "{words}");
}

/// A company's proxy, and the first line of everything that came by it.
async fn a_proxy() -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let requests: Arc<Mutex<Vec<String>>> = Arc::default();
    let recorded = Arc::clone(&requests);
    tokio::spawn(async move {
        while let Ok((line, _)) = listener.accept().await {
            let mut lines = BufReader::new(line).lines();
            let first = lines.next_line().await.unwrap_or_default().unwrap_or_default();
            recorded.lock().unwrap().push(first);
        }
    });
    (address, requests)
}

#[tokio::test]
async fn the_proxy_comes_from_the_settings_and_not_from_the_environment() {
    let folder = tempfile::tempdir().unwrap();
    let (address, requests) = a_proxy().await;
    // Nobody is there, and nothing in the name says that this is the same machine.
    write_settings(&folder, "https://127.0.0.2:1", "10654", None);
    let mut command = hub(folder.path());
    command.args(["check", "--patience", "2"]).env("SHOP_TOKEN", "good");
    for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"] {
        command.env(name, &address);
    }
    let output = within("the check ends", command.output()).await.unwrap();
    let words = String::from_utf8(output.stdout).unwrap();
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("127.0.0.2 cannot be reached"), "{words}");
    assert_eq!(*requests.lock().unwrap(), Vec::<String>::new());

    let file = folder.path().join("hub.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, format!("proxy = \"{address}\"\n{text}")).unwrap();
    checks(folder.path(), "good").await;
    assert!(requests.lock().unwrap().iter().any(|line| line.starts_with("CONNECT 127.0.0.2:1 ")));
}
