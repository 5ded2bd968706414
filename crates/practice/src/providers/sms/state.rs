//! The provider's state.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::account::Account;
use super::opt_out::Keyword;
use super::webhook::FormFormat;
use crate::faults::{Fault, Faults};
use crate::person::SendFault;
use crate::shared::Shared;
use crate::webhooks::Webhooks;

/// Twilio's API for one account with one phone number.
pub(crate) struct Sms {
    pub(super) account: Account,
    pub(super) shared: Arc<Shared>,
    pub(super) faults: Arc<Faults>,
    pub(super) webhooks: Arc<Webhooks<FormFormat>>,
    /// The numbers that have unsubscribed, digits.
    opted_out: Mutex<HashSet<String>>,
    unaddressed: AtomicU64,
}

impl Sms {
    pub(crate) fn new(account: Account, shared: Arc<Shared>) -> Arc<Self> {
        let faults = Arc::new(Faults::new());
        let format = FormFormat { auth_token: account.auth_token.clone() };
        let webhooks = Webhooks::new(format, &account.webhook_url, shared.clone(), faults.clone());
        let (opted_out, unaddressed) = (Mutex::default(), AtomicU64::new(0));
        Arc::new(Self { account, shared, faults, webhooks, opted_out, unaddressed })
    }

    /// The time, in milliseconds since the Unix epoch.
    pub(crate) fn now(&self) -> i64 {
        self.shared.pace.now()
    }

    /// Puts a fault in force. False if this API cannot have it.
    pub(crate) fn inject(&self, fault: Fault) -> bool {
        let queue = |name: &str, fault| self.shared.person(name).sms.queue_fault(fault);
        match fault {
            Fault::RefuseSend { customer, code } => queue(&customer, SendFault::Refuse(code)),
            Fault::FailDelivery { customer, code } => queue(&customer, SendFault::FailDelivery(code)),
            Fault::CutAnswer { customer } => queue(&customer, SendFault::CutAnswer),
            Fault::ReorderWebhooks { count } => self.webhooks.gather(count, false),
            fault => return self.faults.inject(&fault),
        }
        true
    }

    /// Notes that a number unsubscribed or subscribed again.
    pub(super) fn set_subscription(&self, phone: &str, keyword: Keyword) {
        match keyword {
            Keyword::Stop => self.opted_out().insert(phone.to_owned()),
            Keyword::Start => self.opted_out().remove(phone),
        };
    }

    /// Whether a number has unsubscribed.
    pub(super) fn has_opted_out(&self, phone: &str) -> bool {
        self.opted_out().contains(phone)
    }

    fn opted_out(&self) -> MutexGuard<'_, HashSet<String>> {
        self.opted_out.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The id of the `n`th message of `owner`.
    pub(super) fn sid(&self, owner: &str, n: u64) -> String {
        let id = self.shared.chance.id(&format!("an SMS of {owner}"), n);
        format!("SM{}", hex::encode(id.split_at(16).0))
    }

    /// The id of a message to an unknown number.
    pub(super) fn unaddressed_sid(&self) -> String {
        self.sid("nobody", self.unaddressed.fetch_add(1, Ordering::SeqCst))
    }
}
