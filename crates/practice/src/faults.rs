//! Fault injection: what a test can make go wrong.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use serde::Deserialize;
use tokio::sync::watch;

/// Something that goes wrong. As JSON: `{"fault":"busy","times":2}`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum Fault {
    /// The next message to this customer is refused.
    RefuseSend {
        /// The customer's name.
        customer: String,
        /// The provider's error code.
        code: i64,
    },
    /// The next message to this customer is accepted, and then reported as failed.
    FailDelivery {
        /// The customer's name.
        customer: String,
        /// The provider's error code.
        code: i64,
    },
    /// The next message to this customer is accepted, but the answer to the hub is cut off.
    CutAnswer {
        /// The customer's name.
        customer: String,
    },
    /// The next requests, for any customer, are answered with status 429.
    Busy {
        /// How many.
        times: u32,
        /// The value of `Retry-After`, in seconds.
        #[serde(default)]
        retry_after_s: Option<u32>,
    },
    /// The next requests are answered with an HTML page and status 502, and nothing is accepted.
    Broken {
        /// How many.
        times: u32,
    },
    /// The access token expires: every request is refused.
    ExpireToken,
    /// The access token is valid again.
    RenewToken,
    /// The health of the business account changes.
    Limit {
        /// Whether the business may send from now on.
        can_send: CanSend,
    },
    /// The business account reports no subscribed app. Webhooks are still delivered.
    Unsubscribe,
    /// The business account reports its subscribed app again.
    Subscribe,
    /// A template is no longer approved.
    WithdrawTemplate {
        /// Its name, in all languages.
        name: String,
    },
    /// Answers are held back; what was asked for is done all the same.
    HoldAnswers,
    /// Held answers go out.
    ReleaseAnswers,
    /// Webhooks are held back.
    HoldWebhooks,
    /// Held webhooks go out, and those that wait for their next attempt are tried at once.
    ReleaseWebhooks,
    /// The next webhooks are each delivered twice.
    DuplicateWebhooks {
        /// How many.
        times: u32,
    },
    /// The next webhooks are kept until there are this many, then delivered in reverse order.
    ReorderWebhooks {
        /// How many, at most 1000.
        count: usize,
    },
    /// The next webhooks are kept until there are this many, then delivered as one.
    BatchWebhooks {
        /// How many, at most 1000.
        count: usize,
    },
}

/// Whether the business may send. As JSON: `"limited"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CanSend {
    /// Without limits.
    #[default]
    Available,
    /// Less than usual: the display name is not approved.
    Limited,
    /// Nothing: the account is not paid.
    Blocked,
}

/// The faults of one provider that every provider can have.
pub(crate) struct Faults {
    busy: AtomicU32,
    retry_after_s: Mutex<Option<u32>>,
    broken: AtomicU32,
    duplicates: AtomicU32,
    token_expired: AtomicBool,
    answers_held: watch::Sender<bool>,
    webhooks_held: watch::Sender<bool>,
    retries: watch::Sender<u64>,
}

impl Faults {
    pub(crate) fn new() -> Self {
        Self {
            busy: AtomicU32::new(0),
            retry_after_s: Mutex::new(None),
            broken: AtomicU32::new(0),
            duplicates: AtomicU32::new(0),
            token_expired: AtomicBool::new(false),
            answers_held: watch::Sender::new(false),
            webhooks_held: watch::Sender::new(false),
            retries: watch::Sender::new(0),
        }
    }

    /// Puts a fault in force. False for the faults that are the provider's own business.
    pub(crate) fn inject(&self, fault: &Fault) -> bool {
        match fault {
            Fault::Busy { times, retry_after_s } => {
                *self.retry_after_s.lock().unwrap_or_else(PoisonError::into_inner) = *retry_after_s;
                self.busy.store(*times, Ordering::SeqCst);
            }
            Fault::Broken { times } => self.broken.store(*times, Ordering::SeqCst),
            Fault::ExpireToken => self.token_expired.store(true, Ordering::SeqCst),
            Fault::RenewToken => self.token_expired.store(false, Ordering::SeqCst),
            Fault::HoldAnswers => drop(self.answers_held.send_replace(true)),
            Fault::ReleaseAnswers => drop(self.answers_held.send_replace(false)),
            Fault::HoldWebhooks => drop(self.webhooks_held.send_replace(true)),
            Fault::ReleaseWebhooks => {
                self.webhooks_held.send_replace(false);
                self.retries.send_modify(|n| *n += 1);
            }
            Fault::DuplicateWebhooks { times } => self.duplicates.store(*times, Ordering::SeqCst),
            Fault::RefuseSend { .. }
            | Fault::FailDelivery { .. }
            | Fault::CutAnswer { .. }
            | Fault::Limit { .. }
            | Fault::Unsubscribe
            | Fault::Subscribe
            | Fault::WithdrawTemplate { .. }
            | Fault::ReorderWebhooks { .. }
            | Fault::BatchWebhooks { .. } => return false,
        }
        true
    }

    /// Whether this request is answered with 429, and with which `Retry-After` in seconds.
    pub(crate) fn take_busy(&self) -> Option<Option<u32>> {
        take(&self.busy).then(|| *self.retry_after_s.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether this request is answered with a broken page.
    pub(crate) fn take_broken(&self) -> bool {
        take(&self.broken)
    }

    /// Whether this webhook is delivered twice.
    pub(crate) fn take_duplicate(&self) -> bool {
        take(&self.duplicates)
    }

    pub(crate) fn is_token_expired(&self) -> bool {
        self.token_expired.load(Ordering::SeqCst)
    }

    /// Completes when answers are not held back.
    pub(crate) async fn answers_released(&self) {
        let mut held = self.answers_held.subscribe();
        // The sender lives in `self`, so this cannot fail.
        let _released = held.wait_for(|held| !held).await;
    }

    /// Completes when webhooks are not held back.
    pub(crate) async fn webhooks_released(&self) {
        let mut held = self.webhooks_held.subscribe();
        // The sender lives in `self`, so this cannot fail.
        let _released = held.wait_for(|held| !held).await;
    }

    /// Changes when waiting webhooks are to be tried at once.
    pub(crate) fn retries(&self) -> watch::Receiver<u64> {
        self.retries.subscribe()
    }
}

/// Counts down, and returns whether there was something to count.
fn take(left: &AtomicU32) -> bool {
    left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1)).is_ok()
}
