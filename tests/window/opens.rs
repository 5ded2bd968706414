//! The window opens.

use serde_json::json;

use crate::driver::Window;
use crate::processes::{eventually, wait_for};
use crate::screen::{KeyStore, Screen};

#[tokio::test]
async fn the_window_opens_is_titled_and_holds_its_policy() {
    let Some(screen) = Screen::start(KeyStore::Absent) else { return };
    let data = screen.folder("deskbell");
    let window = Window::open(&screen, &["--data", data.to_str().unwrap(), "--offline"], &[]).await;
    let seen = || Some(screen.windows("Deskbell")).filter(|windows| !windows.is_empty());
    assert_eq!(wait_for("a window titled Deskbell", seen).len(), 1, "one window, not several");
    assert_eq!(window.complaints().await, json!([]));
    window.run("document.body.setAttribute('style', 'color: red')", json!([])).await;
    eventually("the report of a style that the policy forbids", async || {
        (window.complaints().await != json!([])).then_some(())
    })
    .await;
    window.shot(&screen, "opens").await;
    window.close().await;
}
