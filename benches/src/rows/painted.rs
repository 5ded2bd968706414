//! The latency from a webhook delivery to the painted message in the agent's window.

use std::time::Duration;

use serde_json::json;

use crate::deliveries::{self, InboundMessage, now_ms};
use crate::figures::{Budget, Figure, percentile};
use crate::hub::{Hub, PASSWORD};
use crate::process::{built_program, temp_folder};
use crate::virtual_desktop::VirtualDesktop;
use crate::webhook_client::WebhookConnection;
use crate::window::Window;

/// The number of measured messages.
const MESSAGES: usize = 300;

/// Records when each message was painted: at the beginning of the frame after the one that shows it. The page and this
/// program have the same clock.
const RECORD_PAINTS: &str = r#"
    window.painted = {};
    const record = () => {
        for (const [, sent] of document.body.textContent.matchAll(/\[sent (\d+)\]/g)) {
            if (sent in window.painted) continue;
            window.painted[sent] = 0;
            requestAnimationFrame(() => requestAnimationFrame(() => {
                window.painted[sent] = performance.timeOrigin + performance.now();
            }));
        }
    };
    new MutationObserver(record).observe(
        document.querySelector("[data-pane=transcript]"), { subtree: true, childList: true, characterData: true });"#;

/// Delivers messages in the conversation that Anna has open.
pub(crate) fn measure() -> Vec<Figure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let spans = runtime.block_on(measure_latencies());
    for percent in [50.0, 95.0, 99.0, 100.0] {
        println!("   {percent} % within {:.1} ms", percentile(spans.clone(), percent));
    }
    vec![
        Figure::absolute(
            "webhook in to painted, p99",
            Budget::Limit(50.0),
            "ms",
            percentile(spans.clone(), 99.0),
        ),
        Figure::absolute("  p50", Budget::None, "ms", percentile(spans, 50.0)),
    ]
}

async fn measure_latencies() -> Vec<f64> {
    let place = temp_folder();
    let hub = Hub::start(&place.path().join("hub"), &["Anna"], "automatic_answer = true", "");
    let screen = VirtualDesktop::start(&place.path().join("home"));
    let (url, data) = (format!("http://{}", hub.address), place.path().join("desktop"));
    let arguments = ["--data", data.to_str().unwrap(), "--hub", &url, "--agent", "Anna"];
    let window =
        Window::open(&screen, &built_program("deskbell"), &arguments, &[("DESKBELL_PASSWORD", PASSWORD)])
            .await;
    window.click("button[aria-label^='WhatsApp: Not Ready']", "").await;
    window.click("[role=menuitemradio]", "Ready").await;
    window
        .wait_for(
            "Ready",
            "return !!document.querySelector(\"button[aria-label^='WhatsApp: Ready']\")",
            json!([]),
        )
        .await;
    let mut connection = WebhookConnection::connect(hub.address).await;
    let write = |number: usize, text: &str| {
        let (id, at) = (format!("wamid.{number}"), deliveries::now_s());
        deliveries::request(&[InboundMessage { contact: 1, id: &id, at, text }])
    };
    connection.deliver(&write(0, "hello")).await;
    window.click("[data-item]", &deliveries::name(1)).await;
    window
        .wait_for("the transcript", "return document.querySelector('[data-pane=transcript]')", json!([]))
        .await;
    window.execute(RECORD_PAINTS, json!([])).await;
    let mut sent = Vec::new();
    for number in 1..=MESSAGES {
        // Irregular, so that the deliveries are not in step with the display's frames.
        tokio::time::sleep(Duration::from_millis(60 + (number as u64 * 37) % 83)).await;
        let at = now_ms();
        connection.deliver(&write(number, &format!("[sent {}]", at as u64))).await;
        sent.push(at);
    }
    let all = "return Object.values(window.painted).filter((at) => at > 0).length >= arguments[0] && window.painted";
    let painted = window.wait_for("every message to be painted", all, json!([MESSAGES])).await;
    window.close().await;
    hub.stop();
    sent.iter().map(|at| painted[&(*at as u64).to_string()].as_f64().unwrap() - at).collect()
}
