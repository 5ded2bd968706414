//! Alerts in a page can be seen only while a page is open: an offer that rings at nobody's page is reported
//! as not shown, so that the hub passes it on.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use deskbell_protocol::{AlertOutcome, Offer, OfferId, OfferState};
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, sleep_until};

use super::Host;
use crate::api::Event;
use crate::doors::opened;
use crate::engine::Engine;

/// How long a page may be away, as while it is loaded anew, before it counts as closed.
const AWAY: Duration = Duration::from_secs(2);

/// Watches what rings, at whichever engine works. Runs until the host ends it.
pub(super) async fn report_unseen(host: Arc<Host>) {
    let mut standing = host.doors.standing();
    loop {
        standing.mark_unchanged();
        let watching = async {
            if let Ok(engine) = opened(&mut host.doors.standing()).await {
                watch(&host, &engine).await;
            }
            std::future::pending::<()>().await;
        };
        tokio::select! {
            () = watching => {}
            changed = standing.changed() => if changed.is_err() { break },
        }
    }
    // It is one engine for ever.
    if let Ok(engine) = opened(&mut standing).await {
        watch(&host, &engine).await;
    }
}

async fn watch(host: &Host, engine: &Engine) {
    let mut events = engine.listen();
    let mut ringing: BTreeMap<OfferId, Instant> = BTreeMap::new();
    note(&mut ringing, &engine.ringing().await);
    loop {
        let next = ringing.values().min().copied();
        tokio::select! {
            event = events.recv() => match event {
                Ok(Event::Changed { changes }) => note(&mut ringing, &changes.offers),
                Ok(_) => {}
                Err(RecvError::Lagged(_)) => note(&mut ringing, &engine.ringing().await),
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
            ringing.entry(offer.id).or_insert_with(|| Instant::now() + AWAY);
        } else {
            ringing.remove(&offer.id);
        }
    }
}
