//! Conversations go on, by keyboard alone: nothing here is clicked.

use serde_json::json;

use crate::driver::Window;
use crate::processes::eventually;
use crate::screen::{KeyStore, Screen};
use crate::world::{PASSWORD, World};

/// Everything ever said with the contact, beside the interaction.
const THREAD: &str = "#side-panel [role=log]";
/// What is said about the search within it.
const HITS: &str = "#side-panel [role=search] [role=status]";

#[tokio::test]
async fn anna_searches_what_was_said_and_goes_on_with_it_from_communication() {
    let Some(screen) = Screen::start(KeyStore::Absent) else { return };
    let world = World::start(&screen.folder("world"));
    let window = anna_is_ready(&screen, &world).await;

    // Two handlings: about a bell, and about a lamp.
    world.writes("Carla", "Do you repair bicycle bells?").await;
    answers(&window, &world, "We do. A bell costs nothing to repair.").await;
    finishes(&window).await;
    world.writes("Carla", "And lamps?").await;
    answers(&window, &world, "Lamps too, and a second bell is cheaper.").await;

    window.press("Alt+t").await;
    window.focus_is_seen("Alt+T").await;
    window.find_with_text(&format!("{THREAD} article *"), "Do you repair bicycle bells?").await;
    window.find_with_text(&format!("{THREAD} article *"), "Lamps too, and a second bell is cheaper.").await;
    window.breaks_no_rule("the conversation tab").await;

    // Three lines contain the word; from the newest to the oldest, and back.
    window.tab_to("Search in this conversation").await;
    window.types("bell").await;
    window.find_with_text(HITS, "1 of 3").await;
    assert_eq!(marked(&window).await, json!(["bell", "bell", "bell"]));
    for (key, at) in [("Enter", "2 of 3"), ("F3", "3 of 3"), ("Shift+F3", "2 of 3")] {
        window.press(key).await;
        window.find_with_text(HITS, at).await;
    }
    window.is_at("Search in this conversation").await;
    window.breaks_no_rule("the search in a conversation").await;
    window.shot(&screen, "going-on-1-search").await;
    window.press("Escape").await;
    window.gone(HITS).await;
    assert_eq!(marked(&window).await, json!([]));
    finishes(&window).await;

    // In Communication, what is done is read, and goes on with the interaction view.
    window.press("Alt+m").await;
    window.is_at("Find contacts").await;
    window.types("carla").await;
    window.find_with_text("[data-pane=list] h2", "Contacts 1").await;
    window.find("[data-pane=list] [role=listitem]:not([style*=hidden]) [data-item]").await;
    window.press("ArrowDown").await;
    window.is_at("Carla").await;
    window.press("Enter").await;
    window.find_with_text("[data-pane=transcript] article *", "We do. A bell costs nothing to repair.").await;
    window.breaks_no_rule("Communication").await;
    window.shot(&screen, "going-on-2-communication").await;
    window.tab_to("Create WhatsApp Interaction").await;
    window.press("Enter").await;
    window.is_at("Message to Carla").await;
    window.find_with_text("button", "End").await;
    window.breaks_no_rule("an interaction that was created").await;
    says(&window, &world, "Shall we keep it for you?").await;
    assert_eq!(window.complaints().await, json!([]));
    window.close().await;
}

#[tokio::test]
async fn anna_makes_a_contact_and_connects_and_validates_their_number() {
    let Some(screen) = Screen::start(KeyStore::Absent) else { return };
    let world = World::start(&screen.folder("world"));
    let window = anna_is_ready(&screen, &world).await;

    window.press("Alt+m").await;
    window.is_at("Find contacts").await;
    window.tab_to("New contact").await;
    window.press("Enter").await;
    window.find("[role=dialog]").await;
    window.breaks_no_rule("the sheet for a new contact").await;
    window.tab_to("Name").await;
    window.types("Elif").await;
    window.press("Tab").await;
    window.types("no number").await;
    window.press("Enter").await;
    window.find("[role=dialog] [role=alert]").await;
    window.press("Control+a").await;
    window.types("+34 600 555 018").await;
    window.press("Enter").await;
    window.gone("[role=dialog]").await;
    window.find_with_text("h2", "Elif").await;
    window.focus_is_seen("making a contact").await;
    window.reads("No channel is connected yet.").await;

    // Connect: consent must be said, and WhatsApp offers no lookup.
    begins(&window, "Connect WhatsApp Channel").await;
    window.reads("WhatsApp offers no lookup").await;
    window.breaks_no_rule("the sheet to connect").await;
    window.shot(&screen, "going-on-3-connect").await;
    window.tab_to("How the contact agreed").await;
    window.press("Enter").await;
    window.find("[role=dialog] [role=alert]").await;
    window.types("In the shop").await;
    window.press("Enter").await;
    window.gone("[role=dialog]").await;
    window.focus_is_seen("connecting").await;
    window.find("#side-panel [role=img][aria-label^='Not verified']").await;
    window.reads("Consent: In the shop (recorded by Anna").await;

    // Until the contact writes, only Notifications: the box is locked and says so.
    window.reads("This contact has never written here").await;
    window.find("textarea[aria-label='Message to Elif'][readonly]").await;
    window.breaks_no_rule("a contact to whom only Notifications may be sent").await;

    // Validate claims no more than is known, and gives the focus back.
    begins(&window, "Validate WhatsApp Channel").await;
    window.reads("No activity on this channel yet.").await;
    window.reads("Send a Notification to test").await;
    window.breaks_no_rule("the sheet to validate").await;
    window.shot(&screen, "going-on-4-validate").await;
    window.press("Escape").await;
    window.gone("[role=dialog]").await;
    window.is_at("Actions for").await;
    assert_eq!(window.complaints().await, json!([]));
    window.close().await;
}

/// So much is said that it is read in several pages; the last line is one of the short ones.
const LINES: usize = 203;

#[tokio::test]
async fn anna_goes_to_a_date_beside_the_interaction_and_reads_up_and_nothing_moves() {
    let Some(screen) = Screen::start(KeyStore::Absent) else { return };
    let world = World::start_without_ringing(&screen.folder("world"));
    let window = anna_is_ready(&screen, &world).await;
    for line in 1..=LINES {
        world
            .writes("Carla", &format!("Line {line}.{}", " A bell rings in the yard.".repeat(line % 7)))
            .await;
    }
    window.reads(&format!("Line {LINES}.")).await;
    window.press("Alt+ArrowDown").await;
    window.press("Alt+t").await;
    window.find_with_text(&format!("{THREAD} article .text"), &format!("Line {LINES}.")).await;

    // Older lines come while she reads: this engine holds nothing in place by itself.
    let stillness: serde_json::Value = window.asks("stillness", json!(THREAD)).await;
    let number = |name: &str| stillness[name].as_f64();
    assert!(number("grown").is_some_and(|grown| grown > 500.0), "no older page came: {stillness}");
    // Absent if the line was out of the page for a moment.
    assert!(number("moved").is_some_and(|moved| moved <= 2.0), "the line that is read moved: {stillness}");

    // To the day on which it began, typed as this engine's field takes it.
    window.tab_to("Go to a date").await;
    let today =
        "return new Date().toLocaleDateString('en-US', {year: 'numeric', month: '2-digit', day: '2-digit'})";
    window.types(window.run(today, json!([])).await.as_str().unwrap()).await;
    window.press("Enter").await;
    eventually("the day's first line at the top", async || {
        let lines = in_view(&window).await;
        lines.first().is_some_and(|line| line.starts_with("Line 1.")).then_some(())
    })
    .await;
    window.breaks_no_rule("the conversation tab at a date").await;
    assert_eq!(window.complaints().await, json!([]));
    window.close().await;
}

/// The lines of the conversation tab that are in view, from the top.
async fn in_view(window: &Window) -> Vec<String> {
    let script = "const log = document.querySelector(arguments[0]);
        const view = log.getBoundingClientRect();
        const seen = (line) => { const { top, bottom } = line.getBoundingClientRect(); return top >= view.top && bottom <= view.bottom; };
        return [...log.querySelectorAll('article')].filter(seen).map((line) => line.querySelector('.text').innerText)";
    let lines = window.run(script, json!([THREAD])).await;
    serde_json::from_value(lines).unwrap()
}

/// The app on Anna's desktop, signed in and Ready.
pub(crate) async fn anna_is_ready(screen: &Screen, world: &World) -> Window {
    let data = screen.folder("deskbell");
    let arguments = ["--data", data.to_str().unwrap(), "--hub", &world.hub_url, "--agent", "Anna"];
    let window = Window::open(screen, &arguments, &[("DESKBELL_PASSWORD", PASSWORD)]).await;
    window.find("button[aria-label^='WhatsApp: Not Ready']").await;
    window.press("Alt+r").await;
    window.find("button[aria-label^='WhatsApp: Ready']").await;
    window
}

/// Accepts what rings of Carla, and answers.
async fn answers(window: &Window, world: &World, text: &str) {
    window.find("[aria-label='Accept Carla']").await;
    window.press("Alt+a").await;
    window.find_with_text("button", "End").await;
    window.is_at("Message to Carla").await;
    says(window, world, text).await;
}

/// Writes where the focus is; it comes to Carla's phone.
async fn says(window: &Window, world: &World, text: &str) {
    window.types(text).await;
    window.press("Enter").await;
    eventually(&format!("{text:?} on Carla's phone"), async || {
        world.phone("Carla").await.iter().any(|line| line == text).then_some(())
    })
    .await;
}

/// Ends what is open and marks it Done.
async fn finishes(window: &Window) {
    window.press("Alt+c").await;
    window.find_with_text("button", "Mark Done").await;
    window.press("Alt+c").await;
    eventually("Mark Done to be gone", async || (!window.text().await.contains("Mark Done")).then_some(()))
        .await;
}

/// Chooses from the menu beside the contact's number, and waits for the sheet.
async fn begins(window: &Window, action: &str) {
    window.press("Alt+p").await;
    window.tab_to("Actions for").await;
    window.press("Enter").await;
    window.find_with_text("[role=menuitem]", action).await;
    // The menu takes the focus once it has found its place.
    window.find("[role=menu]:focus-within").await;
    for _ in 0..4 {
        if window.focus().await.name.contains(action) {
            window.press("Enter").await;
            window.find_with_text("[role=dialog] [role=heading]", action).await;
            return;
        }
        window.press("ArrowDown").await;
    }
    panic!("the arrow keys do not come to {action:?}");
}

/// What is marked in the transcript.
async fn marked(window: &Window) -> serde_json::Value {
    let script = "return [...document.querySelectorAll(arguments[0])].map((mark) => mark.innerText)";
    window.run(script, json!([format!("{THREAD} mark")])).await
}
