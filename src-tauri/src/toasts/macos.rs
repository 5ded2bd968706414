//! Toasts by macOS's notification centre. It takes them only from a signed bundle (an ad-hoc signature is
//! enough); a program that was started from a terminal is told so, and alerts in its window instead.

use std::time::Duration;

use mac_usernotifications::{
    Action, AuthorizationStatus, InterruptionLevel, Notification, check_bundle, close_delivered,
    get_notification_settings, request_auth,
};
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::{Act, Key, Shown, Toast, Toasts};

/// How long the person may take to allow notifications. Until then alerts stay in the window.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long a toast without a deadline is listened to: "Clear all" tells nobody.
const LISTEN: Duration = Duration::from_secs(60 * 60);

/// The notification centre.
pub(crate) struct Center {
    acts: mpsc::Sender<(Key, Act)>,
}

impl Center {
    /// Asks for the permission to notify. What people do with the toasts goes to `acts`.
    ///
    /// # Errors
    /// Why no toast can be shown here.
    pub(crate) async fn find(acts: mpsc::Sender<(Key, Act)>) -> Result<Self, String> {
        check_bundle().map_err(|error| error.to_string())?;
        match timeout(PATIENCE, request_auth()).await {
            Ok(Ok(true)) => Ok(Self { acts }),
            Ok(Ok(false)) => {
                Err("notifications are switched off for Deskbell in the system's settings".to_owned())
            }
            Ok(Err(error)) => Err(error.to_string()),
            Err(_late) => Err("notifications were not allowed".to_owned()),
        }
    }
}

impl Toasts for Center {
    async fn show(&self, toast: &Toast) -> Shown {
        if let Ok(settings) = get_notification_settings().await
            && settings.authorization_status == AuthorizationStatus::Denied
        {
            return Shown::Suppressed("notifications are switched off for Deskbell".to_owned());
        }
        let ringing = toast.until.is_some();
        let level = if ringing { InterruptionLevel::TimeSensitive } else { InterruptionLevel::Active };
        let mut notification = Notification::new()
            .title(&toast.title)
            .message(&toast.body)
            .id(&id(toast.key))
            .interruption_level(level)
            // The handle is withdrawn when the offer ends; this only ends the listening.
            .timeout(LISTEN);
        for (act, label) in &toast.buttons {
            notification = notification.action(Action::button(act.name(), *label));
        }
        match notification.send().await {
            Ok(handle) => {
                let (acts, key) = (self.acts.clone(), toast.key);
                tokio::spawn(async move {
                    let Ok(response) = handle.response().await else { return };
                    let act = if response.is_default_action() {
                        Act::Open
                    } else {
                        Act::named(&response.action_identifier).unwrap_or(Act::Gone)
                    };
                    // Nobody listens any more when the app is quitting.
                    let _quitting = acts.send((key, act)).await;
                });
                Shown::HandedOver
            }
            Err(error) => Shown::Failed(error.to_string()),
        }
    }

    async fn withdraw(&self, key: Key) {
        close_delivered(&id(key)).await;
    }
}

fn id(key: Key) -> String {
    match key {
        Key::Offer(offer) => format!("offer-{offer}"),
        Key::Conversation(conversation) => format!("conversation-{conversation}"),
        Key::Trouble(offer) => format!("trouble-{offer}"),
    }
}
