use std::sync::{Mutex, PoisonError};

use crate::api::Alert;

/// How many alerts are kept for a UI that is not there yet.
const KEPT: usize = 16;

/// What the person should know and has not been told.
#[derive(Default)]
pub(crate) struct Alerts(Mutex<Vec<Alert>>);

impl Alerts {
    pub(crate) fn keep(&self, alert: Alert) {
        let mut alerts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if alerts.len() < KEPT && !alerts.contains(&alert) {
            alerts.push(alert);
        }
    }

    pub(crate) fn all(&self) -> Vec<Alert> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn take(&self) -> Vec<Alert> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
