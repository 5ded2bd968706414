//! The keyboard, key by key, and where it leads: something has the focus at all times, and that is seen.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::driver::Window;
use crate::processes::eventually;

/// How often the Tab key is pressed to come to something, at most.
const TABS: usize = 40;

/// What has the focus, as `ui/e2e/in-page/focus.js` tells it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Place {
    /// As a screen reader would call it.
    pub(crate) name: String,
    lost: bool,
    in_view: bool,
    marked: bool,
}

impl Window {
    /// Presses a key, with what is held meanwhile before it: `Enter`, `Alt+t`, `Shift+F3`.
    pub(crate) async fn press(&self, keys: &str) {
        let keys: Vec<char> = keys.split('+').map(key).collect();
        let down = keys.iter().map(|key| json!({ "type": "keyDown", "value": key }));
        let up = keys.iter().rev().map(|key| json!({ "type": "keyUp", "value": key }));
        self.act(down.chain(up).collect()).await;
    }

    /// Types, key by key, into whatever has the focus.
    pub(crate) async fn types(&self, text: &str) {
        let press = |key: char| ["keyDown", "keyUp"].map(|what| json!({ "type": what, "value": key }));
        self.act(text.chars().flat_map(press).collect()).await;
    }

    async fn act(&self, actions: Vec<Value>) {
        let keyboard = json!({ "type": "key", "id": "keyboard", "actions": actions });
        self.post("actions", json!({ "actions": [keyboard] })).await.unwrap();
    }

    /// Presses the Tab key until what has the focus is called so; it is seen wherever it is on the way.
    pub(crate) async fn tab_to(&self, name: &str) {
        let mut seen = Vec::new();
        for _ in 0..TABS {
            self.press("Tab").await;
            let mut place = self.focus().await;
            // After the last thing of a page comes the window itself, once.
            if place.lost {
                self.press("Tab").await;
                place = self.focus().await;
            }
            assert!(!place.lost && place.in_view && place.marked, "Tab leads to {place:?}");
            if place.name.contains(name) {
                return;
            }
            seen.push(place.name);
        }
        panic!("the Tab key does not come to {name:?}, but to {seen:#?}");
    }

    /// Waits until what has the focus is called so, stands in view and is marked.
    pub(crate) async fn is_at(&self, name: &str) {
        eventually(&format!("the focus to be seen at {name:?}"), async || {
            let place = self.focus().await;
            (place.name.contains(name) && place.in_view && place.marked).then_some(())
        })
        .await;
    }

    /// Waits until the focus is somewhere, in view and marked.
    pub(crate) async fn focus_is_seen(&self, after: &str) {
        let what = format!("the focus to be seen after {after}");
        eventually(&what, async || {
            let place = self.focus().await;
            (!place.lost && place.in_view && place.marked).then_some(())
        })
        .await;
    }

    pub(crate) async fn focus(&self) -> Place {
        self.asks("focus", Value::Null).await
    }
}

/// A key by its name, or the character that it writes (WebDriver, section 17.4.2, "keyboard actions").
fn key(name: &str) -> char {
    match name {
        "Tab" => '\u{e004}',
        "Enter" => '\u{e007}',
        "Shift" => '\u{e008}',
        "Control" => '\u{e009}',
        "Alt" => '\u{e00a}',
        "Escape" => '\u{e00c}',
        "ArrowDown" => '\u{e015}',
        "F3" => '\u{e033}',
        written => {
            let mut characters = written.chars();
            match (characters.next(), characters.next()) {
                (Some(one), None) => one,
                _ => panic!("there is no key {name:?}"),
            }
        }
    }
}
