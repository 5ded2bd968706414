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

#[tokio::test]
async fn the_window_is_light_or_dark_as_anna_chooses() {
    let Some(screen) = Screen::start(KeyStore::Absent) else { return };
    let data = screen.folder("deskbell");
    let window = Window::open(&screen, &["--data", data.to_str().unwrap(), "--offline"], &[]).await;
    window.find_with_text("nav button", "Settings").await.click().await;
    for (theme, bright) in [("Light", true), ("Dark", false)] {
        window.find_with_text("[role=radiogroup] label", theme).await.click().await;
        eventually(theme, async || {
            let colours = window.run(COLOURS, json!([])).await;
            let [ground, letters] = [brightness(&colours[0])?, brightness(&colours[1])?];
            (if bright { ground > 200 && letters < 90 } else { ground < 60 && letters > 180 }).then_some(())
        })
        .await;
        window.shot(&screen, &format!("opens-{theme}")).await;
    }
    assert_eq!(window.complaints().await, json!([]));
    window.close().await;
}

/// What is behind the page's text and the text itself, as the web view computes them.
const COLOURS: &str = "const it = getComputedStyle(document.body); return [it.backgroundColor, it.color];";

/// The mean of red, green and blue, of 255.
fn brightness(colour: &serde_json::Value) -> Option<u32> {
    let parts = colour.as_str()?.strip_prefix("rgb(")?.strip_suffix(')')?;
    let parts: Vec<u32> = parts.split(", ").map_while(|part| part.parse().ok()).collect();
    (parts.len() == 3).then(|| parts.iter().sum::<u32>() / 3)
}
