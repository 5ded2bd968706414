//! The world outside the desktop: a hub of its own and simulated customers, as programs of their own.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::processes::Process;

/// What Anna signs in with.
pub(crate) const PASSWORD: &str = "correct horse battery";

const ACCESS_TOKEN: &str = "token-of-the-shop";
const APP_SECRET: &str = "secret-of-the-shop";
const PHONE_NUMBER_ID: &str = "106540352242922";
/// The business account at the practice provider; its notifications are listed there.
const BUSINESS_ACCOUNT: &str = "102290129340398";

/// A hub with one queue and one agent, Anna, and a provider whose customers write when told to.
pub(crate) struct World {
    http: reqwest::Client,
    hub: Option<Process>,
    _practice: Process,
    provider: String,
    /// Where the hub is, or was.
    pub(crate) hub_url: String,
}

impl World {
    /// Starts it with everything in this folder. Agents take what rings.
    pub(crate) fn start(folder: &Path) -> Self {
        Self::start_with(folder, false)
    }

    /// Starts it where agents who are Ready are given what comes, without a ring.
    pub(crate) fn start_without_ringing(folder: &Path) -> Self {
        Self::start_with(folder, true)
    }

    fn start_with(folder: &Path, automatic_answer: bool) -> Self {
        // Each must know the other's address first, so one port is chosen before it is listened on.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let hub_url = format!("http://127.0.0.1:{port}");
        let mut practice = Command::new(program("DESKBELL_PRACTICE_BIN", "deskbell-practice"));
        practice
            .args(["--hub", &hub_url, "--account", "shop", "--phone-number-id", PHONE_NUMBER_ID])
            .args(["--app-secret", APP_SECRET, "--access-token", ACCESS_TOKEN])
            .args(["--no-cast", "--speed", "20", "--listen", "127.0.0.1:0"]);
        let (practice, line) = Process::start_and_read_line(practice.stdin(Stdio::null()));
        let provider = line.strip_prefix("provider on ").unwrap_or_else(|| panic!("{line}")).to_owned();
        let settings = format!(
            r#"
name = "The shop"
listen = "127.0.0.1:{port}"
data_dir = "hub"

[[queue]]
name = "Support"

[[agent]]
name = "Anna"
password = "{PASSWORD}"

[[account]]
name = "shop"
phone_number_id = "{PHONE_NUMBER_ID}"
waba_id = "{BUSINESS_ACCOUNT}"
access_token = "{ACCESS_TOKEN}"
app_secrets = ["{APP_SECRET}"]
verify_token = "verify"
base_url = "{provider}"
automatic_answer = {automatic_answer}
"#
        );
        let file = folder.join("hub.toml");
        fs::write(&file, settings).unwrap();
        let mut hub = Command::new(program("DESKBELL_HUB_BIN", "deskbell-hub"));
        hub.arg("serve").arg("--config").arg(&file).stdin(Stdio::null());
        let (hub, line) = Process::start_and_read_line(&mut hub);
        assert_eq!(line, format!("listening on {hub_url}"));
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { http, hub: Some(hub), _practice: practice, provider, hub_url }
    }

    /// A customer writes, and the hub has taken it.
    pub(crate) async fn writes(&self, customer: &str, text: &str) {
        let url = format!("{}/practice/customers/{customer}/writes", self.provider);
        let answer: Value =
            self.http.post(url).json(&json!({ "text": text })).send().await.unwrap().json().await.unwrap();
        assert_eq!(answer["taken"], true, "{answer}");
    }

    /// What stands on a customer's phone, line by line.
    pub(crate) async fn phone(&self, customer: &str) -> Vec<String> {
        let url = format!("{}/practice/customers/{customer}/phone", self.provider);
        let answer: Value = self.http.get(url).send().await.unwrap().json().await.unwrap();
        let lines = answer["lines"].as_array().unwrap();
        lines.iter().map(|line| line["text"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// Pulls the cable: the hub is gone.
    pub(crate) fn cut(&mut self) {
        self.hub = None;
    }
}

/// A program of this build: where the test run says it is, or beside the app.
fn program(variable: &str, name: &str) -> PathBuf {
    let beside = Path::new(env!("CARGO_BIN_EXE_deskbell")).with_file_name(name);
    let program = std::env::var_os(variable).map_or(beside, PathBuf::from);
    assert!(program.is_file(), "{name} is not built: `cargo build --workspace`, or run `cargo xtask test`");
    program
}
