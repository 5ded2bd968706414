//! Toasts of the desktop's notification daemon, over the session bus
//! (<https://specifications.freedesktop.org/notification-spec/1.3/>).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use notify_rust::{Hint, Notification, NotificationHandle, NotificationResponse, Timeout, Urgency};
use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use tokio::time::timeout;

use super::toast::{Action, ShowOutcome, Toast, ToastBackend, ToastKey, escape_markup};

/// How long the daemon may take to reply to a call.
const TIMEOUT: Duration = Duration::from_secs(3);

/// The calls that `notify-rust` does not have.
#[zbus::proxy(
    interface = "org.freedesktop.Notifications",
    default_service = "org.freedesktop.Notifications",
    default_path = "/org/freedesktop/Notifications",
    gen_blocking = false
)]
trait Notifications {
    fn get_capabilities(&self) -> zbus::Result<Vec<String>>;

    /// Whether do-not-disturb is on. Not in the specification; KDE and some other daemons have it.
    #[zbus(property(emits_changed_signal = "false"))]
    fn inhibited(&self) -> zbus::Result<bool>;
}

/// A toast on the screen, and the task that waits for the agent's action on it.
struct VisibleToast {
    handle: Arc<NotificationHandle>,
    waiter: AbortHandle,
}

/// The toasts on the screen.
type Screen = Arc<Mutex<HashMap<ToastKey, VisibleToast>>>;

fn lock(screen: &Screen) -> MutexGuard<'_, HashMap<ToastKey, VisibleToast>> {
    screen.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The notification daemon on the session bus.
pub(crate) struct NotificationDaemon {
    daemon: NotificationsProxy<'static>,
    actions: mpsc::Sender<(ToastKey, Action)>,
    screen: Screen,
    has_buttons: bool,
    has_markup: bool,
}

impl NotificationDaemon {
    /// Connects to the daemon. The agent's actions on its toasts go to `actions`.
    ///
    /// # Errors
    /// Why toasts cannot be shown.
    pub(crate) async fn connect(actions: mpsc::Sender<(ToastKey, Action)>) -> Result<Self, String> {
        let connection = async {
            let bus = zbus::Connection::session().await?;
            let daemon = NotificationsProxy::builder(&bus)
                .cache_properties(zbus::proxy::CacheProperties::No)
                .build()
                .await?;
            let capabilities = daemon.get_capabilities().await?;
            Ok::<_, zbus::Error>((daemon, capabilities))
        };
        let (daemon, capabilities) = timeout(TIMEOUT, connection)
            .await
            .map_err(|_late| "the notification service does not answer")?
            .map_err(|error| error.to_string())?;
        let has = |name: &str| capabilities.iter().any(|capability| capability == name);
        let (has_buttons, has_markup) = (has("actions"), has("body-markup"));
        Ok(Self { daemon, actions, screen: Screen::default(), has_buttons, has_markup })
    }

    fn notification(&self, toast: &Toast) -> Notification {
        let mut body = toast.body.clone();
        if let (false, Some(line)) = (self.has_buttons, toast.without_buttons) {
            body = format!("{body}\n{line}");
        }
        if self.has_markup {
            body = escape_markup(&body);
        }
        let ringing = toast.until.is_some();
        let mut notification = Notification::new();
        notification
            .appname("Deskbell")
            .summary(&toast.title)
            .body(&body)
            // GNOME hides all but critical notifications after seconds; the end of the offer withdraws this one.
            .urgency(if ringing { Urgency::Critical } else { Urgency::Normal })
            .timeout(if ringing { Timeout::Never } else { Timeout::Default })
            .hint(Hint::Category("im.received".to_owned()))
            .hint(Hint::DesktopEntry("deskbell".to_owned()))
            // The app plays its own sound, unless the agent has switched it off.
            .hint(Hint::SuppressSound(true));
        if self.has_buttons {
            // Without a default action a click on the body is not reported. Xfce's daemon takes no clicks there and
            // shows one more button.
            let open = (Action::Open, toast.open);
            for (action, label) in toast.buttons.iter().chain([&open]) {
                notification.action(action.id(), label);
            }
        }
        if let Some(old) = lock(&self.screen).get(&toast.key) {
            notification.id(old.handle.id());
        }
        notification
    }

    /// Records a toast as visible and waits for the agent's action on it.
    fn track(&self, key: ToastKey, handle: NotificationHandle) {
        let handle = Arc::new(handle);
        let waiter = tokio::spawn(report_action(
            key,
            Arc::clone(&handle),
            Arc::clone(&self.screen),
            self.actions.clone(),
        ));
        let visible = VisibleToast { handle, waiter: waiter.abort_handle() };
        if let Some(old) = lock(&self.screen).insert(key, visible) {
            // Both wait for the same notification; the old task would report every action a second time.
            old.waiter.abort();
        }
    }
}

/// Waits for the one action on a toast, and sends it to `actions`.
async fn report_action(
    key: ToastKey,
    handle: Arc<NotificationHandle>,
    screen: Screen,
    actions: mpsc::Sender<(ToastKey, Action)>,
) {
    let action = Mutex::new(None);
    handle
        .wait_for_action_async(|response: &NotificationResponse| {
            *action.lock().unwrap_or_else(PoisonError::into_inner) = match response {
                NotificationResponse::Default => Some(Action::Open),
                NotificationResponse::Action(id) => Action::from_id(id),
                _ => Some(Action::Dismiss),
            };
        })
        .await;
    let action = action.into_inner().unwrap_or_else(PoisonError::into_inner).unwrap_or(Action::Dismiss);
    if action == Action::Dismiss {
        lock(&screen).retain(|_, visible| !Arc::ptr_eq(&visible.handle, &handle));
    }
    // The receiver is gone when the app is about to end.
    let _sent = actions.send((key, action)).await;
}

impl ToastBackend for NotificationDaemon {
    async fn show(&self, toast: &Toast) -> ShowOutcome {
        // A daemon without this property counts as not inhibited.
        let inhibited = timeout(TIMEOUT, self.daemon.inhibited()).await;
        if matches!(inhibited, Ok(Ok(true))) {
            return ShowOutcome::Suppressed("do not disturb is on".to_owned());
        }
        let notification = self.notification(toast);
        let mut showing = tokio::spawn(async move { notification.show_async().await });
        match timeout(TIMEOUT, &mut showing).await {
            Ok(Ok(Ok(handle))) => {
                self.track(toast.key, handle);
                ShowOutcome::HandedOver
            }
            Ok(Ok(Err(error))) => ShowOutcome::Failed(error.to_string()),
            Ok(Err(not_finished)) => ShowOutcome::Failed(not_finished.to_string()),
            Err(_late) => {
                // The toast may still appear; nothing tracks it, so it is closed.
                tokio::spawn(async move {
                    if let Ok(Ok(handle)) = showing.await {
                        let _closed = timeout(TIMEOUT, handle.close_async()).await;
                    }
                });
                ShowOutcome::Failed("the notification service does not answer".to_owned())
            }
        }
    }

    async fn withdraw(&self, key: ToastKey) {
        let Some(visible) = lock(&self.screen).remove(&key) else { return };
        visible.waiter.abort();
        let _closed = timeout(TIMEOUT, visible.handle.close_async()).await;
    }
}
