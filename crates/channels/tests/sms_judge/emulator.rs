//! The emulator of Twilio and the signature check of Twilio's library, as one process (`tests/judges/twilio.js`).

use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde::Deserialize;
use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::Mutex;

use crate::missing;

/// The emulator's account.
pub(crate) const ACCOUNT: &str = "AC00000000000000000000000000000000";
/// Its auth token.
pub(crate) const TOKEN: &str = "twilio_test_auth_token";

/// The folder of the judges.
pub(crate) fn judges() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/judges")
}

/// Whether Node and this package are there.
pub(crate) fn installed(judge: &str, package: &str) -> bool {
    let node = std::process::Command::new("node").arg("--version").output();
    if !node.is_ok_and(|it| it.status.success()) {
        missing(judge, "Node 20 or newer, from https://nodejs.org");
        return false;
    }
    if !judges().join("node_modules").join(package).is_dir() {
        missing(judge, &format!("npm's {package}: run `npm ci` in tests/judges, as `cargo xtask test` does"));
        return false;
    }
    true
}

/// The running emulator. Killed when dropped.
pub(crate) struct Emulator {
    pub(crate) url: String,
    lines: Mutex<(ChildStdin, Lines<BufReader<ChildStdout>>)>,
    _process: Child,
}

/// What Twilio's library says of a delivery.
#[derive(Deserialize)]
pub(crate) struct Verdict {
    /// The signature that it computes.
    pub(crate) expected: String,
    /// Whether the signature that was given is valid.
    pub(crate) valid: bool,
}

impl Emulator {
    /// Starts an emulator with the workshop's number, whose messages are delivered to `webhook`.
    pub(crate) async fn start(webhook: &str) -> Option<Self> {
        if !["emulate", "twilio"].iter().all(|package| installed("an emulator of Twilio", package)) {
            return None;
        }
        let seed = json!({"twilio": {
            "accounts": [{"sid": ACCOUNT, "auth_token": TOKEN, "friendly_name": "Workshop"}],
            "phone_numbers": [{"phone_number": "+15551234567", "friendly_name": "Desk", "sms_url": webhook,
                "sms_method": "POST"}],
        }});
        let mut process = Command::new("node")
            .arg(judges().join("twilio.js"))
            .arg(seed.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let input = process.stdin.take().unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap()).lines();
        let url = output.next_line().await.unwrap().expect("the emulator's address");
        Some(Self { url, lines: Mutex::new((input, output)), _process: process })
    }

    /// What Twilio's library says of a delivery with this signature.
    pub(crate) async fn judge(&self, url: &str, form: &str, signature: Option<&str>) -> Verdict {
        let question = json!({"token": TOKEN, "url": url, "form": form, "signature": signature});
        let mut lines = self.lines.lock().await;
        lines.0.write_all(format!("{question}\n").as_bytes()).await.unwrap();
        let answer = lines.1.next_line().await.unwrap().expect("a verdict");
        serde_json::from_str(&answer).unwrap()
    }

    /// Does something on the provider's side of the emulator.
    pub(crate) async fn simulate(&self, what: &str, fields: &[(&str, &str)]) {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = client()
            .post(format!("{}/_twilio/simulate/{what}", self.url))
            .basic_auth(ACCOUNT, Some(TOKEN))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form);
        let answer = request.send().await.unwrap();
        let status = answer.status();
        assert!(status.is_success(), "{what}: {status}: {}", answer.text().await.unwrap());
    }
}

/// A client that takes no proxy from the environment.
pub(crate) fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().unwrap()
}
