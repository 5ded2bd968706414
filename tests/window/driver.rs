//! A WebDriver client as small as the tests need it, over plain HTTP.

use std::net::TcpListener;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::processes::{PATIENCE, Process, eventually, installed};
use crate::screen::Screen;

/// What WebDriver calls an element in JSON (WebDriver, section 12.1, "web element identifier").
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Where tauri-driver is: `cargo xtask test` puts it under `target/tools`.
pub(crate) fn tauri_driver() -> Option<PathBuf> {
    let told = std::env::var_os("DESKBELL_TAURI_DRIVER").map(PathBuf::from);
    let usual = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).with_file_name("tools/bin/tauri-driver");
    told.into_iter().chain([usual]).find(|file| file.is_file()).or_else(|| installed("tauri-driver"))
}

/// The app in a real window, open until dropped.
pub(crate) struct Window {
    http: reqwest::Client,
    session: String,
    _driver: Process,
}

impl Window {
    /// Starts the app with these arguments and variables, and waits until its page is there.
    pub(crate) async fn open(screen: &Screen, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let (port, native_port) = (free_port(), free_port());
        let mut command = screen.command(tauri_driver().unwrap());
        command.args(["--port", &port.to_string(), "--native-port", &native_port.to_string()]);
        command.envs(variables.iter().copied());
        let driver = Process::start(&mut command);
        let http = reqwest::Client::builder().no_proxy().timeout(PATIENCE * 3).build().unwrap();
        let base = format!("http://127.0.0.1:{port}");
        let options = json!({ "application": env!("CARGO_BIN_EXE_deskbell"), "args": arguments });
        let patience = json!({ "script": (PATIENCE * 2).as_millis() });
        let wanted =
            json!({ "capabilities": { "alwaysMatch": { "tauri:options": options, "timeouts": patience } } });
        let begun = Instant::now();
        let created = loop {
            match http.post(format!("{base}/session")).json(&wanted).send().await {
                Ok(answer) => break value(answer).await.unwrap(),
                // The driver does not listen yet.
                Err(error) => assert!(begun.elapsed() < PATIENCE, "no answer from tauri-driver: {error}"),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        let session = format!("{base}/session/{}", created["sessionId"].as_str().unwrap());
        Self { http, session, _driver: driver }
    }

    /// Closes the window by ending the session; the app ends with it.
    pub(crate) async fn close(self) {
        let _ended = self.http.delete(&self.session).send().await;
    }

    /// Runs a script in the page and returns what it returns.
    pub(crate) async fn run(&self, script: &str, arguments: Value) -> Value {
        self.post("execute/sync", json!({ "script": script, "args": arguments })).await.unwrap()
    }

    /// Runs a script in the page and returns what it gives to the function that is its last argument.
    pub(crate) async fn run_and_wait(&self, script: &str, arguments: Value) -> Value {
        self.post("execute/async", json!({ "script": script, "args": arguments })).await.unwrap()
    }

    /// The first element that matches a CSS selector, once there is one.
    pub(crate) async fn find(&self, css: &str) -> Element<'_> {
        self.find_by("return document.querySelector(arguments[0])", json!([css])).await
    }

    /// The first element that matches a CSS selector and can be seen to say exactly this on a line of its own.
    pub(crate) async fn find_with_text(&self, css: &str, text: &str) -> Element<'_> {
        let script = "return [...document.querySelectorAll(arguments[0])].find(
            (it) => it.getClientRects().length > 0 && it.innerText?.split('\\n').some((line) => line.trim() === arguments[1])) ?? null";
        self.find_by(script, json!([css, text])).await
    }

    async fn find_by(&self, script: &str, arguments: Value) -> Element<'_> {
        let begun = Instant::now();
        loop {
            match self.post("execute/sync", json!({ "script": script, "args": arguments })).await {
                Ok(found) => {
                    if let Some(id) = found[ELEMENT].as_str() {
                        return Element { window: self, id: id.to_owned() };
                    }
                }
                // It was drawn anew between being found and being named.
                Err(error) if error["error"] == "stale element reference" => {}
                Err(error) => panic!("{error}"),
            }
            assert!(
                begun.elapsed() < PATIENCE,
                "there is no {arguments} in the page:\n{}",
                self.text().await
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until nothing matches a CSS selector.
    pub(crate) async fn gone(&self, css: &str) {
        let script = "return document.querySelector(arguments[0]) === null";
        eventually(&format!("{css} to be gone"), async || {
            (self.run(script, json!([css])).await == true).then_some(())
        })
        .await;
    }

    /// Everything that can be read in the page.
    pub(crate) async fn text(&self) -> String {
        self.run("return document.body.innerText", json!([])).await.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until this can be read somewhere in the page.
    pub(crate) async fn reads(&self, words: &str) {
        let what = format!("{words:?} in the page");
        eventually(&what, async || self.text().await.contains(words).then_some(())).await;
    }

    /// Waits until the page has been painted as it is now, and keeps a picture of the whole screen.
    pub(crate) async fn shot(&self, screen: &Screen, name: &str) {
        let script = "const done = arguments[0];
            requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 300)));";
        self.run_and_wait(script, json!([])).await;
        screen.shot(name);
    }

    /// What the page complained about since it was loaded: what its content security policy refused, and
    /// errors that nobody caught.
    pub(crate) async fn complaints(&self) -> Value {
        self.run("return window.complaints", json!([])).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Result<Value, Value> {
        let url = format!("{}/{path}", self.session);
        value(self.http.post(url).json(&body).send().await.unwrap()).await
    }
}

/// An element of the page.
pub(crate) struct Element<'a> {
    window: &'a Window,
    id: String,
}

impl Element<'_> {
    /// Clicks it as a person would: refused while something else covers it.
    pub(crate) async fn click(&self) {
        self.window.post(&format!("element/{}/click", self.id), json!({})).await.unwrap();
    }

    /// Types into it, key by key.
    pub(crate) async fn keys(&self, text: &str) {
        self.window.post(&format!("element/{}/value", self.id), json!({ "text": text })).await.unwrap();
    }
}

/// What WebDriver answered: `value`, or `value` as an error.
async fn value(answer: reqwest::Response) -> Result<Value, Value> {
    let good = answer.status().is_success();
    let mut body: Value = answer.json().await.unwrap();
    let value = body["value"].take();
    if good { Ok(value) } else { Err(value) }
}

/// A port that was free a moment ago; the driver cannot choose one by itself.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
