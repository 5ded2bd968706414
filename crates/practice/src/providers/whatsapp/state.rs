//! The provider's state.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use reqwest::Url;

use super::account::Account;
use super::templates::Templates;
use super::webhook::ChangesFormat;
use crate::faults::{CanSend, Fault, Faults};
use crate::person::SendFault;
use crate::shared::Shared;
use crate::webhooks::Webhooks;

/// The Cloud API for one business account.
pub(crate) struct WhatsApp {
    pub(super) account: Account,
    pub(super) shared: Arc<Shared>,
    pub(super) faults: Arc<Faults>,
    pub(super) webhooks: Arc<Webhooks<ChangesFormat>>,
    pub(super) templates: Templates,
    can_send: Mutex<CanSend>,
    subscribed: AtomicBool,
    dropped: AtomicU64,
    unaddressed: AtomicU64,
}

impl WhatsApp {
    /// `webhook_url` is the hub's webhook in full, `app_secret` the key that signs what is posted there.
    pub(crate) fn new(
        account: Account,
        webhook_url: &str,
        app_secret: String,
        shared: Arc<Shared>,
    ) -> Arc<Self> {
        let faults = Arc::new(Faults::new());
        let format = ChangesFormat { url: Url::parse(webhook_url).ok(), app_secret };
        Arc::new(Self {
            account,
            webhooks: Webhooks::new(format, webhook_url, shared.clone(), faults.clone()),
            shared,
            faults,
            templates: Templates::default(),
            can_send: Mutex::default(),
            subscribed: AtomicBool::new(true),
            dropped: AtomicU64::new(0),
            unaddressed: AtomicU64::new(0),
        })
    }

    /// Puts a fault in force.
    pub(crate) fn inject(&self, fault: Fault) {
        let queue = |name: &str, fault| self.shared.person(name).whatsapp.queue_fault(fault);
        match fault {
            Fault::RefuseSend { customer, code } => queue(&customer, SendFault::Refuse(code)),
            Fault::FailDelivery { customer, code } => queue(&customer, SendFault::FailDelivery(code)),
            Fault::CutAnswer { customer } => queue(&customer, SendFault::CutAnswer),
            Fault::Limit { can_send } => {
                *self.can_send.lock().unwrap_or_else(PoisonError::into_inner) = can_send;
            }
            Fault::Unsubscribe => self.subscribed.store(false, Ordering::SeqCst),
            Fault::Subscribe => self.subscribed.store(true, Ordering::SeqCst),
            Fault::WithdrawTemplate { name } => self.templates.withdraw(&name),
            Fault::ReorderWebhooks { count } => self.webhooks.gather(count, false),
            Fault::BatchWebhooks { count } => self.webhooks.gather(count, true),
            fault => {
                self.faults.inject(&fault);
            }
        }
    }

    /// Whether the account's health lets it send.
    pub(super) fn can_send(&self) -> CanSend {
        *self.can_send.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether an app is subscribed to the account.
    pub(super) fn is_subscribed(&self) -> bool {
        self.subscribed.load(Ordering::SeqCst)
    }

    /// Counts a message that was accepted and dropped.
    pub(super) fn count_dropped(&self) {
        self.dropped.fetch_add(1, Ordering::SeqCst);
    }

    /// How many messages were accepted and dropped, because a user id stood where a phone number belongs.
    pub(crate) fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::SeqCst)
    }

    /// The id of the `n`th message of `owner`. Opaque, as the provider's are.
    pub(super) fn wamid(&self, owner: &str, n: u64) -> String {
        format!("wamid.{}", hex::encode_upper(self.shared.chance.id(owner, n).split_at(15).0))
    }

    /// The id of a message to an unknown number.
    pub(super) fn unaddressed_wamid(&self) -> String {
        self.wamid("nobody", self.unaddressed.fetch_add(1, Ordering::SeqCst))
    }
}
