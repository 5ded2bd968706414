//! What can be made to go wrong.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use serde::Deserialize;
use tokio::sync::{mpsc, watch};

use super::post::Parcel;
use super::standing::CanSend;

/// Something that goes wrong. As JSON: `{"fault":"busy","times":2}`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum Fault {
    /// The next message to this customer is refused with this code.
    RefuseSend {
        /// Their name.
        customer: String,
        /// The provider's error code.
        code: i64,
    },
    /// The next message to this customer is accepted and then reported as failed.
    FailDelivery {
        /// Their name.
        customer: String,
        /// The provider's error code.
        code: i64,
    },
    /// The next message to this customer is taken, but the answer is cut.
    CutAnswer {
        /// Their name.
        customer: String,
    },
    /// The next posts are answered with 429 (code 130429), whoever they are for.
    Busy {
        /// How many.
        times: u32,
        /// What `Retry-After` says, in seconds.
        #[serde(default)]
        retry_after_s: Option<u32>,
    },
    /// The next posts are answered with a web page and status 502, and nothing is taken.
    Broken {
        /// How many.
        times: u32,
    },
    /// The access token expires: everything is refused with 190.
    ExpireToken,
    /// It works again.
    RenewToken,
    /// The business may send from now on as much as this.
    Limit {
        /// How much.
        can_send: CanSend,
    },
    /// Nobody is subscribed to the business account any more, as far as one can ask. Deliveries go on.
    Unsubscribe,
    /// Somebody is again.
    Subscribe,
    /// A template is no longer approved.
    WithdrawTemplate {
        /// Its name, in all languages.
        name: String,
    },
    /// Answers to posts are held back, with the message already taken.
    HoldAnswers,
    /// They are answered now.
    ReleaseAnswers,
    /// Webhooks are held back.
    HoldWebhooks,
    /// They are brought now; what waits to be tried again is tried at once.
    ReleaseWebhooks,
    /// The next webhooks are each brought twice.
    DuplicateWebhooks {
        /// How many.
        times: u32,
    },
    /// The next webhooks are kept until there are so many, then brought last one first.
    ReorderWebhooks {
        /// How many, at most 1000.
        count: usize,
    },
    /// The next webhooks are kept until there are so many, then brought as one.
    BatchWebhooks {
        /// How many, at most 1000.
        count: usize,
    },
}

/// A webhook with the lane it takes.
pub(super) type Addressed = (mpsc::Sender<Parcel>, Parcel);

/// Webhooks being kept for [`Fault::ReorderWebhooks`] or [`Fault::BatchWebhooks`].
struct Gathering {
    count: usize,
    as_one: bool,
    kept: Vec<Addressed>,
}

/// The faults in force that concern everybody.
pub(crate) struct Faults {
    busy: AtomicU32,
    retry_after_s: Mutex<Option<u32>>,
    broken: AtomicU32,
    duplicates: AtomicU32,
    dropped: AtomicU64,
    token_expired: AtomicBool,
    unsubscribed: AtomicBool,
    can_send: Mutex<CanSend>,
    answers_held: watch::Sender<bool>,
    webhooks_held: watch::Sender<bool>,
    /// Counts the orders to try again at once.
    hurry: watch::Sender<u64>,
    gathering: Mutex<Option<Gathering>>,
}

impl Faults {
    pub(super) fn new() -> Self {
        Self {
            busy: AtomicU32::new(0),
            retry_after_s: Mutex::new(None),
            broken: AtomicU32::new(0),
            duplicates: AtomicU32::new(0),
            dropped: AtomicU64::new(0),
            token_expired: AtomicBool::new(false),
            unsubscribed: AtomicBool::new(false),
            can_send: Mutex::default(),
            answers_held: watch::Sender::new(false),
            webhooks_held: watch::Sender::new(false),
            hurry: watch::Sender::new(0),
            gathering: Mutex::new(None),
        }
    }

    /// Puts a fault in force. Those that concern one customer or a template are the caller's.
    pub(super) fn cause(&self, fault: &Fault) {
        match fault {
            Fault::RefuseSend { .. }
            | Fault::FailDelivery { .. }
            | Fault::CutAnswer { .. }
            | Fault::WithdrawTemplate { .. } => {}
            Fault::Busy { times, retry_after_s } => {
                *self.retry_after_s.lock().unwrap_or_else(PoisonError::into_inner) = *retry_after_s;
                self.busy.store(*times, Ordering::SeqCst);
            }
            Fault::Broken { times } => self.broken.store(*times, Ordering::SeqCst),
            Fault::ExpireToken => self.token_expired.store(true, Ordering::SeqCst),
            Fault::RenewToken => self.token_expired.store(false, Ordering::SeqCst),
            Fault::Limit { can_send } => {
                *self.can_send.lock().unwrap_or_else(PoisonError::into_inner) = *can_send;
            }
            Fault::Unsubscribe => self.unsubscribed.store(true, Ordering::SeqCst),
            Fault::Subscribe => self.unsubscribed.store(false, Ordering::SeqCst),
            Fault::HoldAnswers => drop(self.answers_held.send_replace(true)),
            Fault::ReleaseAnswers => drop(self.answers_held.send_replace(false)),
            Fault::HoldWebhooks => drop(self.webhooks_held.send_replace(true)),
            Fault::ReleaseWebhooks => {
                self.webhooks_held.send_replace(false);
                self.hurry.send_modify(|n| *n += 1);
            }
            Fault::DuplicateWebhooks { times } => self.duplicates.store(*times, Ordering::SeqCst),
            Fault::ReorderWebhooks { count } => self.gather(*count, false),
            Fault::BatchWebhooks { count } => self.gather(*count, true),
        }
    }

    fn gather(&self, count: usize, as_one: bool) {
        let count = count.clamp(1, 1000);
        let mut gathering = self.gathering.lock().unwrap_or_else(PoisonError::into_inner);
        // What is kept already goes on being kept.
        let kept = gathering.take().map(|it| it.kept).unwrap_or_default();
        *gathering = Some(Gathering { count, as_one, kept });
    }

    /// Whether this post is answered with 429, and with which `Retry-After`.
    pub(super) fn take_busy(&self) -> Option<Option<u32>> {
        take(&self.busy).then(|| *self.retry_after_s.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn is_token_expired(&self) -> bool {
        self.token_expired.load(Ordering::SeqCst)
    }

    pub(super) fn is_subscribed(&self) -> bool {
        !self.unsubscribed.load(Ordering::SeqCst)
    }

    pub(super) fn can_send(&self) -> CanSend {
        *self.can_send.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn take_broken(&self) -> bool {
        take(&self.broken)
    }

    pub(super) fn take_duplicate(&self) -> bool {
        take(&self.duplicates)
    }

    pub(super) fn drop_one(&self) {
        self.dropped.fetch_add(1, Ordering::SeqCst);
    }

    pub(super) fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::SeqCst)
    }

    /// Completes when answers may go out.
    pub(super) async fn answers_flow(&self) {
        let mut held = self.answers_held.subscribe();
        // The sender lives in `self`, so this cannot fail.
        let _flows = held.wait_for(|held| !held).await;
    }

    /// Completes when webhooks may go out.
    pub(super) async fn webhooks_flow(&self) {
        let mut held = self.webhooks_held.subscribe();
        // The sender lives in `self`, so this cannot fail.
        let _flows = held.wait_for(|held| !held).await;
    }

    /// Tells when somebody orders to try again at once.
    pub(super) fn hurry(&self) -> watch::Receiver<u64> {
        self.hurry.subscribe()
    }

    /// Takes a webhook in and gives out those that shall be brought now, in this order.
    pub(super) fn pass(&self, webhook: Addressed) -> Vec<Addressed> {
        let mut gathering = self.gathering.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(now) = gathering.as_mut() else { return vec![webhook] };
        now.kept.push(webhook);
        if now.kept.len() < now.count {
            return Vec::new();
        }
        let Some(Gathering { as_one, mut kept, .. }) = gathering.take() else { return Vec::new() };
        if !as_one {
            kept.reverse();
            return kept;
        }
        let mut kept = kept.into_iter();
        let Some((lane, mut all)) = kept.next() else { return Vec::new() };
        kept.for_each(|(_, parcel)| all.join(parcel));
        vec![(lane, all)]
    }
}

/// Takes one from what is left.
fn take(left: &AtomicU32) -> bool {
    left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1)).is_ok()
}
