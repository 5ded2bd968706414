//! Working in the real window, in a conversation of ten thousand messages: keys, scrolling, switching, jumping. Beside
//! it an empty page in a window of the same size, driven in the same way.

use serde_json::{Value, json};

use crate::figures::{Budget, Figure, median, percentile};
use crate::filled::{ACTIVE, FIRST_HAS, FIRST_WORD, Filled, MIDDLE_WORD, filled};
use crate::process::{built, folder};
use crate::screen::Screen;
use crate::window::Window;

/// How often each is measured.
const ROUNDS: usize = 5;
/// What is typed in one round.
const TYPED: &str = "thank you for waiting, I have just asked and it is on its way to you now";
/// The time between two keys, in milliseconds: a fast typist, and out of step with the screen.
const BETWEEN_KEYS: u32 = 67;
/// How far each frame scrolls, in pixels: somewhat more than what is in view.
const STEP: i32 = 800;
/// How often all of it is scrolled through.
const PASSES: usize = 3;

const WATCH: &str = include_str!("page/watch.js");

/// Both windows, each on a screen of its own so that each has the keyboard.
pub(crate) fn measure() -> Vec<Figure> {
    let filled = filled();
    let hub = filled.hub();
    let place = folder();
    let screens = [Screen::start(&place.path().join("home")), Screen::start(&place.path().join("other"))];
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let figures = runtime.block_on(async {
        let [own, other] = &screens;
        read_all(own, filled).await;
        let mut figures = switch(own, filled).await;
        let web = place.path().join("web");
        let app = Page::open(own, filled).await;
        let empty = Page {
            window: Window::open(other, &built("deskbell-empty-window"), &[web.to_str().unwrap()], &[]).await,
            screen: other,
        };
        empty.window.run(WATCH, json!([])).await;
        figures.extend(jump(&app).await);
        figures.extend(scroll(&app, &empty).await);
        figures.extend(type_text(&app, &empty).await);
        app.window.close().await;
        empty.window.close().await;
        figures
    });
    hub.stop();
    figures
}

/// A window, and the keyboard before it.
struct Page<'a> {
    window: Window,
    screen: &'a Screen,
}

impl<'a> Page<'a> {
    /// The app on Anna's desktop.
    async fn open(screen: &'a Screen, filled: &Filled) -> Self {
        let desk = filled.desk();
        let window = Window::open(screen, &built("deskbell"), &["--data", desk.to_str().unwrap()], &[]).await;
        let rows = "return document.querySelectorAll('[data-item]').length >= arguments[0]";
        window.wait_for("the conversations", rows, json!([ACTIVE])).await;
        window.wait_for("the keyboard", "return document.hasFocus()", json!([])).await;
        window.run(WATCH, json!([])).await;
        Self { window, screen }
    }

    /// Waits until the page has noted so many times under this name, and takes them.
    async fn noted(&self, name: &str, times: usize) -> Vec<f64> {
        let script = format!("return window.{name}?.length >= arguments[0] && window.{name}.splice(0)");
        let noted = self.window.wait_for(name, &script, json!([times])).await;
        noted.as_array().unwrap().iter().filter_map(Value::as_f64).collect()
    }

    /// Whether it is this contact whose transcript is shown.
    async fn shows(&self, contact: &str) -> bool {
        let name = "return document.querySelector('[data-pane=transcript]').getAttribute('aria-label')";
        self.window.run(name, json!([])).await.as_str().is_some_and(|name| name.ends_with(contact))
    }

    /// Goes to the next conversation, and returns how long that took.
    async fn next(&self) -> f64 {
        self.screen.press("alt+Down");
        self.noted("switches", 1).await[0]
    }
}

/// Anna goes through her conversations and reads the end of each, so that none opens where the unread begins.
async fn read_all(screen: &Screen, filled: &Filled) {
    let page = Page::open(screen, filled).await;
    for _ in 0..ACTIVE {
        page.next().await;
        let read = "document.querySelector('.to-end')?.click();
            return !document.querySelector('[data-item][aria-current=true] .count')";
        page.window.wait_for("the conversation to be read", read, json!([])).await;
    }
    page.window.close().await;
}

async fn switch(screen: &Screen, filled: &Filled) -> Vec<Figure> {
    let (mut first, mut again, mut long) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..2 {
        let page = Page::open(screen, filled).await;
        for number in 0..3 * ACTIVE {
            let span = page.next().await;
            let spans = if number < ACTIVE { &mut first } else { &mut again };
            spans.push(span);
            if page.shows("Contact 0").await {
                long.push(span);
            }
        }
        page.window.close().await;
    }
    let figure = |what: &str, spans: Vec<f64>| {
        tell(what, &spans);
        Figure::alone(format!("{what}, p95"), Budget::Limit(50.0), "ms", percentile(spans, 95.0))
    };
    vec![
        figure("switch to a conversation not opened since the start", first),
        figure("switch to a conversation opened before", again),
        figure("open a conversation of 10 000 messages at its end", long),
    ]
}

/// To the middle of the ten thousand and to the first, by the search in the transcript.
async fn jump(app: &Page<'_>) -> Vec<Figure> {
    app.window.click("[data-item]", "Contact 0").await;
    app.window
        .wait_for("the conversation", "return document.querySelector('[data-pane=composer]')", json!([]))
        .await;
    app.screen.press("alt+t");
    // The focus goes to the tab once it is there; what is typed before would be lost with it.
    let there = "return document.activeElement?.getAttribute('role') === 'tab'";
    app.window.wait_for("the focus on the tab", there, json!([])).await;
    let (mut middle, mut first) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        for (word, spans) in [(MIDDLE_WORD, &mut middle), (FIRST_WORD, &mut first)] {
            let field = "const field = document.querySelector('[role=search] input[type=search]');
                field?.focus(); field?.select(); return !!field";
            app.window.wait_for("the search in the transcript", field, json!([])).await;
            app.screen.write(word, 20);
            app.screen.press("Return");
            spans.extend(app.noted("places", 1).await);
        }
    }
    let figure = |what: &str, spans: Vec<f64>| {
        tell(what, &spans);
        Figure::alone(format!("{what}, p50"), Budget::None, "ms", median(spans))
    };
    vec![figure("jump to the middle of 10 000 messages", middle), figure("jump to the first of them", first)]
}

/// Up and down through all of them, after they were read in by scrolling up once.
async fn scroll(app: &Page<'_>, empty: &Page<'_>) -> Vec<Figure> {
    // From the end, which loads page after page.
    let up = "const box = document.querySelector('[data-pane=transcript]');
        scroll(box, -arguments[0], () => box.textContent.includes(arguments[1]))";
    app.window.run(up, json!([STEP, FIRST_WORD])).await;
    let loading = app.noted("frames", 1).await;
    tell("scroll up while it loads, frame", &loading);
    let height = app
        .window
        .run("return document.querySelector('[data-pane=transcript]').scrollHeight", json!([]))
        .await;
    println!("   {FIRST_HAS} messages are {height} pixels high");
    let lay = "document.documentElement.style.height = arguments[0] + 'px'";
    empty.window.run(lay, json!([height])).await;
    let (mut middles, mut slow) = (Vec::new(), Vec::new());
    for round in 0..PASSES {
        let mut frames = Vec::new();
        let step = if round % 2 == 0 { STEP } else { -STEP };
        for (page, find) in
            [(app, "document.querySelector('[data-pane=transcript]')"), (empty, "document.scrollingElement")]
        {
            // Where the other round ended. The end moves: lines that have not been in view have a height that is guessed.
            let script = format!(
                "const box = {find}, end = () => box.scrollHeight - box.clientHeight;
                 if (arguments[1]) box.scrollTop = arguments[0] > 0 ? 0 : end();
                 scroll(box, arguments[0], () => arguments[0] > 0 ? box.scrollTop >= end() - 1 : box.scrollTop <= 0)"
            );
            page.window.run(&script, json!([step, round == 0])).await;
            frames.push(page.noted("frames", 1).await);
        }
        let of = |percent| (percentile(frames[0].clone(), percent), percentile(frames[1].clone(), percent));
        middles.push(of(50.0));
        slow.push(of(95.0));
    }
    let beside = "an empty page of that height";
    vec![
        Figure::beside(
            "scroll through 10 000 messages, frame, p50",
            beside,
            Budget::AtMost(1.5),
            "ms",
            middles,
        ),
        Figure::beside("  p95", beside, Budget::AtMost(1.5), "ms", slow),
        Figure::alone("  p95 while they are loaded", Budget::None, "ms", percentile(loading, 95.0)),
    ]
}

/// Into the composer below the ten thousand, and into the empty page.
async fn type_text(app: &Page<'_>, empty: &Page<'_>) -> Vec<Figure> {
    let field = "document.body.replaceChildren(document.createElement('textarea')); document.querySelector('textarea').focus()";
    empty.window.run(field, json!([])).await;
    let (mut middles, mut slow) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let mut spans = Vec::new();
        for page in [app, empty] {
            let clear = "const field = document.querySelector('[data-pane=composer] textarea') ?? document.querySelector('textarea');
                field.focus(); field.select(); document.execCommand('delete'); characters.splice(0)";
            page.window.run(clear, json!([])).await;
            page.screen.write(TYPED, BETWEEN_KEYS);
            spans.push(page.noted("characters", TYPED.len()).await);
        }
        let of = |percent| (percentile(spans[0].clone(), percent), percentile(spans[1].clone(), percent));
        middles.push(of(50.0));
        slow.push(of(95.0));
    }
    let beside = "the same key in an empty page";
    let what = "key to painted below 10 000 messages, p50";
    vec![
        Figure::beside(what, beside, Budget::AtMost(1.2), "ms", middles),
        Figure::beside("  p95", beside, Budget::AtMost(1.2), "ms", slow),
    ]
}

fn tell(what: &str, spans: &[f64]) {
    let at = |percent| percentile(spans.to_vec(), percent);
    println!(
        "   {what}: {} times, p50 {:.1} ms, p95 {:.1} ms, at most {:.1} ms",
        spans.len(),
        at(50.0),
        at(95.0),
        at(100.0)
    );
}
