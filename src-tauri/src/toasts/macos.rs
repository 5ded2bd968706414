//! Toasts of macOS's notification centre. It accepts them only from a signed bundle (an ad-hoc signature is enough); a
//! program started from a terminal gets an error and alerts in its window instead.

use std::time::Duration;

use mac_usernotifications::{
    Action as Button, AuthorizationStatus, InterruptionLevel, Notification, check_bundle, close_delivered,
    get_notification_settings, request_auth,
};
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::toast::{Action, ShowOutcome, Toast, ToastBackend, ToastKey};

/// How long to wait for the permission to notify. After it alerts stay in the window.
const PERMISSION_TIMEOUT: Duration = Duration::from_secs(30);

/// How long to wait for an action on a toast: "Clear all" is not reported.
const ACTION_TIMEOUT: Duration = Duration::from_secs(60 * 60);

/// The notification centre.
pub(crate) struct NotificationCenter {
    actions: mpsc::Sender<(ToastKey, Action)>,
}

impl NotificationCenter {
    /// Requests the permission to notify. The agent's actions on the toasts go to `actions`.
    ///
    /// # Errors
    /// Why toasts cannot be shown.
    pub(crate) async fn connect(actions: mpsc::Sender<(ToastKey, Action)>) -> Result<Self, String> {
        check_bundle().map_err(|error| error.to_string())?;
        match timeout(PERMISSION_TIMEOUT, request_auth()).await {
            Ok(Ok(true)) => Ok(Self { actions }),
            Ok(Ok(false)) => {
                Err("notifications are switched off for Deskbell in the system's settings".to_owned())
            }
            Ok(Err(error)) => Err(error.to_string()),
            Err(_late) => Err("notifications were not allowed".to_owned()),
        }
    }
}

impl ToastBackend for NotificationCenter {
    async fn show(&self, toast: &Toast) -> ShowOutcome {
        if let Ok(settings) = get_notification_settings().await
            && settings.authorization_status == AuthorizationStatus::Denied
        {
            return ShowOutcome::Suppressed("notifications are switched off for Deskbell".to_owned());
        }
        let ringing = toast.until.is_some();
        let level = if ringing { InterruptionLevel::TimeSensitive } else { InterruptionLevel::Active };
        let mut notification = Notification::new()
            .title(&toast.title)
            .message(&toast.body)
            .id(&id(toast.key))
            .interruption_level(level)
            // Ends the wait only; the end of the offer withdraws the toast.
            .timeout(ACTION_TIMEOUT);
        for (action, label) in &toast.buttons {
            notification = notification.action(Button::button(action.id(), *label));
        }
        match notification.send().await {
            Ok(handle) => {
                let (actions, key) = (self.actions.clone(), toast.key);
                tokio::spawn(async move {
                    let Ok(response) = handle.response().await else { return };
                    let action = if response.is_default_action() {
                        Action::Open
                    } else {
                        Action::from_id(&response.action_identifier).unwrap_or(Action::Dismiss)
                    };
                    // The receiver is gone when the app is about to end.
                    let _sent = actions.send((key, action)).await;
                });
                ShowOutcome::HandedOver
            }
            Err(error) => ShowOutcome::Failed(error.to_string()),
        }
    }

    async fn withdraw(&self, key: ToastKey) {
        close_delivered(&id(key)).await;
    }
}

fn id(key: ToastKey) -> String {
    match key {
        ToastKey::Offer(offer) => format!("offer-{offer}"),
        ToastKey::Conversation(conversation) => format!("conversation-{conversation}"),
        ToastKey::Error(offer) => format!("error-{offer}"),
    }
}
