//! A window under test, driven through tauri-driver and WebKitWebDriver (W3C, "WebDriver").

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::process::{Process, TIMEOUT, find_program};
use crate::virtual_desktop::VirtualDesktop;

/// The key of an element in JSON (WebDriver, section 12.1, "web element identifier").
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// The window of a program. Closed when dropped.
pub(crate) struct Window {
    http: reqwest::Client,
    session: String,
    _driver: Process,
}

impl Window {
    /// Starts a program and waits until its page is loaded.
    pub(crate) async fn open(
        screen: &VirtualDesktop,
        program: &Path,
        arguments: &[&str],
        variables: &[(&str, &str)],
    ) -> Self {
        let (port, native_port) = (free_port(), free_port());
        let mut command = screen.command(tauri_driver());
        command.args(["--port", &port.to_string(), "--native-port", &native_port.to_string()]);
        command.envs(variables.iter().copied()).stdout(Stdio::null()).stderr(Stdio::null());
        let driver = Process::start(&mut command);
        let http = reqwest::Client::builder().no_proxy().timeout(TIMEOUT).build().unwrap();
        let base = format!("http://127.0.0.1:{port}");
        let options = json!({ "application": program, "args": arguments });
        let wanted = json!({ "capabilities": { "alwaysMatch": { "tauri:options": options } } });
        let begun = Instant::now();
        let created = loop {
            match post(&http, &format!("{base}/session"), &wanted).await {
                Some(answer) => break answer.unwrap_or_else(|error| panic!("no window: {error}")),
                // The driver does not listen yet.
                None => assert!(begun.elapsed() < TIMEOUT, "tauri-driver does not respond"),
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        };
        let id = created["sessionId"].as_str().unwrap();
        let session = format!("{base}/session/{id}");
        Self { http, session, _driver: driver }
    }

    /// Closes the window and ends the program.
    pub(crate) async fn close(self) {
        let _ended = self.http.delete(&self.session).send().await;
    }

    /// Runs a script in the page and returns its result.
    pub(crate) async fn execute(&self, script: &str, arguments: Value) -> Value {
        self.post("execute/sync", json!({ "script": script, "args": arguments })).await
    }

    /// Runs a script until it returns a value other than null and false.
    pub(crate) async fn wait_for(&self, what: &str, script: &str, arguments: Value) -> Value {
        let begun = Instant::now();
        loop {
            let value = self.execute(script, arguments.clone()).await;
            if !matches!(value, Value::Null | Value::Bool(false)) {
                return value;
            }
            if begun.elapsed() > TIMEOUT {
                let text = self.execute("return document.body.innerText", json!([])).await;
                panic!("timed out waiting for {what}; the text of the page: {text}");
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits for an element that matches a selector and has a line with this text, and clicks it. An empty text matches
    /// every element.
    pub(crate) async fn click(&self, css: &str, text: &str) {
        let script = "return [...document.querySelectorAll(arguments[0])].find((it) => it.getClientRects().length > 0
            && (!arguments[1] || it.innerText.split('\\n').some((line) => line.trim() === arguments[1]))) ?? null";
        let begun = Instant::now();
        loop {
            let element = self.wait_for(&format!("{css} {text}"), script, json!([css, text])).await;
            let click = format!("{}/element/{}/click", self.session, element[ELEMENT].as_str().unwrap());
            match post(&self.http, &click, &json!({})).await {
                Some(Ok(_)) => return,
                // The element moves or is covered.
                Some(Err(error)) => assert!(begun.elapsed() < TIMEOUT / 3, "{css} {text}: {error}"),
                None => panic!("the driver does not answer"),
            }
        }
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let answer = post(&self.http, &format!("{}/{path}", self.session), &body).await;
        answer.expect("an answer of the driver").unwrap_or_else(|error| panic!("the driver: {error}"))
    }
}

/// The `value` of a response, which may be an error; absent without a response.
async fn post(http: &reqwest::Client, url: &str, body: &Value) -> Option<Result<Value, Value>> {
    let sent = http.post(url).header("content-type", "application/json").body(body.to_string()).send().await;
    let answer = sent.ok()?;
    let good = answer.status().is_success();
    let mut body: Value = serde_json::from_str(&answer.text().await.ok()?).ok()?;
    let value = body["value"].take();
    Some(if good { Ok(value) } else { Err(value) })
}

/// The path of tauri-driver. `cargo xtask bench` sets the variable.
fn tauri_driver() -> PathBuf {
    let path = std::env::var_os("DESKBELL_TAURI_DRIVER").map(PathBuf::from);
    path.or_else(|| find_program("tauri-driver")).expect("tauri-driver is missing; run `cargo xtask bench`")
}

/// A free port, for programs that cannot choose one themselves. Another process may take it in between.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
