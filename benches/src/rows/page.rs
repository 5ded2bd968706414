//! Interaction latencies in the app's window, in a conversation of ten thousand messages: typing, scrolling, switching,
//! jumping. Baseline: an empty page in a window of the same size.

use serde_json::{Value, json};

use crate::dataset::{ACTIVE, Dataset, FIRST_HAS, FIRST_WORD, MIDDLE_WORD, dataset};
use crate::figures::{Budget, Figure, median, percentile};
use crate::process::{built_program, temp_folder};
use crate::virtual_desktop::VirtualDesktop;
use crate::window::Window;

/// The number of repetitions.
const ROUNDS: usize = 5;
/// The text that is typed in one repetition.
const TEXT: &str = "thank you for waiting, I have just asked and it is on its way to you now";
/// The time between two keys, in milliseconds: a fast typist, not in step with the display's frames.
const KEY_INTERVAL_MS: u32 = 67;
/// How far each frame scrolls, in pixels: somewhat more than a view.
const STEP: i32 = 800;
/// How often the whole transcript is scrolled through.
const PASSES: usize = 3;

/// Records latencies in the page.
const RECORDER: &str = include_str!("page/recorder.js");

/// Measures both windows, each on a display of its own so that each has the keyboard focus.
pub(crate) fn measure() -> Vec<Figure> {
    let dataset = dataset();
    let hub = dataset.hub();
    let place = temp_folder();
    let screens = [
        VirtualDesktop::start(&place.path().join("home")),
        VirtualDesktop::start(&place.path().join("other")),
    ];
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let figures = runtime.block_on(async {
        let [own, other] = &screens;
        mark_all_read(own, dataset).await;
        let mut figures = measure_switches(own, dataset).await;
        let web = place.path().join("web");
        let app = Page::open(own, dataset).await;
        let empty = Page {
            window: Window::open(
                other,
                &built_program("deskbell-empty-window"),
                &[web.to_str().unwrap()],
                &[],
            )
            .await,
            screen: other,
        };
        empty.window.execute(RECORDER, json!([])).await;
        figures.extend(measure_jumps(&app).await);
        figures.extend(measure_scrolling(&app, &empty).await);
        figures.extend(measure_typing(&app, &empty).await);
        app.window.close().await;
        empty.window.close().await;
        figures
    });
    hub.stop();
    figures
}

/// A window and the desktop that has its keyboard.
struct Page<'a> {
    window: Window,
    screen: &'a VirtualDesktop,
}

impl<'a> Page<'a> {
    /// Starts the app on Anna's desktop.
    async fn open(screen: &'a VirtualDesktop, dataset: &Dataset) -> Self {
        let desktop = dataset.desktop();
        let window =
            Window::open(screen, &built_program("deskbell"), &["--data", desktop.to_str().unwrap()], &[])
                .await;
        let rows = "return document.querySelectorAll('[data-item]').length >= arguments[0]";
        window.wait_for("the conversations", rows, json!([ACTIVE])).await;
        window.wait_for("the keyboard", "return document.hasFocus()", json!([])).await;
        window.execute(RECORDER, json!([])).await;
        Self { window, screen }
    }

    /// Waits until the page has recorded that many values under this name, and takes them.
    async fn take(&self, name: &str, times: usize) -> Vec<f64> {
        let script = format!("return window.{name}?.length >= arguments[0] && window.{name}.splice(0)");
        let values = self.window.wait_for(name, &script, json!([times])).await;
        values.as_array().unwrap().iter().filter_map(Value::as_f64).collect()
    }

    /// Whether the transcript of this contact is shown.
    async fn shows(&self, contact: &str) -> bool {
        let name = "return document.querySelector('[data-pane=transcript]').getAttribute('aria-label')";
        self.window.execute(name, json!([])).await.as_str().is_some_and(|name| name.ends_with(contact))
    }

    /// Goes to the next conversation, and returns the milliseconds until it was painted.
    async fn next(&self) -> f64 {
        self.screen.press("alt+Down");
        self.take("switches", 1).await[0]
    }
}

/// Marks every conversation as read, so that each one opens at its end.
async fn mark_all_read(screen: &VirtualDesktop, dataset: &Dataset) {
    let page = Page::open(screen, dataset).await;
    for _ in 0..ACTIVE {
        page.next().await;
        let read = "document.querySelector('.to-end')?.click();
            return !document.querySelector('[data-item][aria-current=true] .count')";
        page.window.wait_for("the conversation to be read", read, json!([])).await;
    }
    page.window.close().await;
}

/// Measures switching between conversations.
async fn measure_switches(screen: &VirtualDesktop, dataset: &Dataset) -> Vec<Figure> {
    let (mut first, mut again, mut long) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..2 {
        let page = Page::open(screen, dataset).await;
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
        print_spans(what, &spans);
        Figure::absolute(format!("{what}, p95"), Budget::Limit(50.0), "ms", percentile(spans, 95.0))
    };
    vec![
        figure("switch to a conversation not opened since the start", first),
        figure("switch to a conversation opened before", again),
        figure("open a conversation of 10 000 messages at its end", long),
    ]
}

/// Measures jumps to the middle and to the first message, by the search in the transcript.
async fn measure_jumps(app: &Page<'_>) -> Vec<Figure> {
    app.window.click("[data-item]", "Contact 0").await;
    app.window
        .wait_for("the conversation", "return document.querySelector('[data-pane=composer]')", json!([]))
        .await;
    app.screen.press("alt+t");
    // Text that is typed before the tab has the focus would be lost.
    let focused = "return document.activeElement?.getAttribute('role') === 'tab'";
    app.window.wait_for("the focus on the tab", focused, json!([])).await;
    let (mut middle, mut first) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        for (word, spans) in [(MIDDLE_WORD, &mut middle), (FIRST_WORD, &mut first)] {
            let field = "const field = document.querySelector('[role=search] input[type=search]');
                field?.focus(); field?.select(); return !!field";
            app.window.wait_for("the search in the transcript", field, json!([])).await;
            app.screen.type_text(word, 20);
            app.screen.press("Return");
            spans.extend(app.take("places", 1).await);
        }
    }
    let figure = |what: &str, spans: Vec<f64>| {
        print_spans(what, &spans);
        Figure::absolute(format!("{what}, p50"), Budget::None, "ms", median(spans))
    };
    vec![figure("jump to the middle of 10 000 messages", middle), figure("jump to the first of them", first)]
}

/// Measures scrolling down and up through the transcript, after it was loaded by scrolling up once.
async fn measure_scrolling(app: &Page<'_>, empty: &Page<'_>) -> Vec<Figure> {
    // Scrolling up from the end loads page after page.
    let up = "const box = document.querySelector('[data-pane=transcript]');
        scroll(box, -arguments[0], () => box.textContent.includes(arguments[1]))";
    app.window.execute(up, json!([STEP, FIRST_WORD])).await;
    let loading = app.take("frames", 1).await;
    print_spans("scroll up while it loads, frame", &loading);
    let height = app
        .window
        .execute("return document.querySelector('[data-pane=transcript]').scrollHeight", json!([]))
        .await;
    println!("   {FIRST_HAS} messages are {height} pixels high");
    let set_height = "document.documentElement.style.height = arguments[0] + 'px'";
    empty.window.execute(set_height, json!([height])).await;
    let (mut middles, mut slow) = (Vec::new(), Vec::new());
    for round in 0..PASSES {
        let mut frames = Vec::new();
        let step = if round % 2 == 0 { STEP } else { -STEP };
        for (page, find) in
            [(app, "document.querySelector('[data-pane=transcript]')"), (empty, "document.scrollingElement")]
        {
            // Continues where the last pass ended. The end moves, because the height of lines that were never in view is
            // estimated.
            let script = format!(
                "const box = {find}, end = () => box.scrollHeight - box.clientHeight;
                 if (arguments[1]) box.scrollTop = arguments[0] > 0 ? 0 : end();
                 scroll(box, arguments[0], () => arguments[0] > 0 ? box.scrollTop >= end() - 1 : box.scrollTop <= 0)"
            );
            page.window.execute(&script, json!([step, round == 0])).await;
            frames.push(page.take("frames", 1).await);
        }
        let of = |percent| (percentile(frames[0].clone(), percent), percentile(frames[1].clone(), percent));
        middles.push(of(50.0));
        slow.push(of(95.0));
    }
    let baseline = "an empty page of that height";
    vec![
        Figure::compared(
            "scroll through 10 000 messages, frame, p50",
            baseline,
            Budget::AtMost(1.5),
            "ms",
            middles,
        ),
        Figure::compared("  p95", baseline, Budget::AtMost(1.5), "ms", slow),
        Figure::absolute("  p95 while they are loaded", Budget::None, "ms", percentile(loading, 95.0)),
    ]
}

/// Measures typing in the composer below the transcript, and in the empty page.
async fn measure_typing(app: &Page<'_>, empty: &Page<'_>) -> Vec<Figure> {
    let field = "document.body.replaceChildren(document.createElement('textarea')); document.querySelector('textarea').focus()";
    empty.window.execute(field, json!([])).await;
    let (mut middles, mut slow) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let mut spans = Vec::new();
        for page in [app, empty] {
            let clear = "const field = document.querySelector('[data-pane=composer] textarea') ?? document.querySelector('textarea');
                field.focus(); field.select(); document.execCommand('delete'); characters.splice(0)";
            page.window.execute(clear, json!([])).await;
            page.screen.type_text(TEXT, KEY_INTERVAL_MS);
            spans.push(page.take("characters", TEXT.len()).await);
        }
        let of = |percent| (percentile(spans[0].clone(), percent), percentile(spans[1].clone(), percent));
        middles.push(of(50.0));
        slow.push(of(95.0));
    }
    let baseline = "the same key in an empty page";
    let what = "key to painted below 10 000 messages, p50";
    vec![
        Figure::compared(what, baseline, Budget::AtMost(1.2), "ms", middles),
        Figure::compared("  p95", baseline, Budget::AtMost(1.2), "ms", slow),
    ]
}

/// Prints the distribution of latencies, in milliseconds.
fn print_spans(what: &str, spans: &[f64]) {
    let at = |percent| percentile(spans.to_vec(), percent);
    println!(
        "   {what}: {} times, p50 {:.1} ms, p95 {:.1} ms, at most {:.1} ms",
        spans.len(),
        at(50.0),
        at(95.0),
        at(100.0)
    );
}
