//! Reports offers that no page shows. In a browser alerts are in the page; while none is open, an offer is
//! reported as not shown, so that the hub offers it to another agent.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use deskbell_protocol::{AlertOutcome, Offer, OfferId, OfferState};
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, sleep_until};

use super::Host;
use crate::api::Event;
use crate::engine::Engine;
use crate::engine_handle::wait_for_engine;

/// How long a page may be gone, such as while it is reloaded, before it counts as closed.
const RELOAD_TIME: Duration = Duration::from_secs(2);

/// Watches the offers of the open engine. Runs until it is aborted.
pub(super) async fn report(host: Arc<Host>) {
    let mut status = host.engine.status();
    loop {
        status.mark_unchanged();
        let watching = async {
            if let Ok(engine) = wait_for_engine(&mut host.engine.status()).await {
                watch(&host, &engine).await;
            }
            std::future::pending::<()>().await;
        };
        tokio::select! {
            () = watching => {}
            changed = status.changed() => if changed.is_err() { break },
        }
    }
    // The engine is never replaced.
    if let Ok(engine) = wait_for_engine(&mut status).await {
        watch(&host, &engine).await;
    }
}

async fn watch(host: &Host, engine: &Engine) {
    let mut events = engine.listen();
    let mut ringing: BTreeMap<OfferId, Instant> = BTreeMap::new();
    note(&mut ringing, &engine.ringing_offers().await);
    loop {
        let next = ringing.values().min().copied();
        tokio::select! {
            event = events.recv() => match event {
                Ok(Event::Changed { changes }) => note(&mut ringing, &changes.offers),
                Ok(_) => {}
                Err(RecvError::Lagged(_)) => note(&mut ringing, &engine.ringing_offers().await),
                Err(RecvError::Closed) => return,
            },
            () = async { match next { Some(at) => sleep_until(at).await, None => std::future::pending().await } } => {
                let now = Instant::now();
                let due: Vec<OfferId> = ringing.iter().filter(|(_, at)| **at <= now).map(|(id, _)| *id).collect();
                for offer in due {
                    ringing.remove(&offer);
                    if host.pages.load(Ordering::Acquire) == 0 {
                        let why = Some("no page is open".to_owned());
                        engine.report_alert(offer, AlertOutcome::Failed, why).await;
                    }
                }
            }
        }
    }
}

fn note(ringing: &mut BTreeMap<OfferId, Instant>, offers: &[Offer]) {
    for offer in offers {
        if offer.state == OfferState::Ringing {
            ringing.entry(offer.id).or_insert_with(|| Instant::now() + RELOAD_TIME);
        } else {
            ringing.remove(&offer.id);
        }
    }
}
