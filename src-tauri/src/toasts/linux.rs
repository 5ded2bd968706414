//! Toasts by the desktop's notification daemon, over the session bus
//! (<https://specifications.freedesktop.org/notification-spec/1.3/>).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use notify_rust::{Hint, Notification, NotificationHandle, NotificationResponse, Timeout, Urgency};
use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use tokio::time::timeout;

use super::{Act, Key, Shown, Toast, Toasts, escaped};

/// How long the daemon may take for anything.
const PATIENCE: Duration = Duration::from_secs(3);

/// What the daemon is asked besides showing.
#[zbus::proxy(
    interface = "org.freedesktop.Notifications",
    default_service = "org.freedesktop.Notifications",
    default_path = "/org/freedesktop/Notifications",
    gen_blocking = false
)]
trait Notifications {
    fn get_capabilities(&self) -> zbus::Result<Vec<String>>;

    /// Not in the specification; KDE, and daemons that follow it, say here that nobody may be disturbed.
    #[zbus(property(emits_changed_signal = "false"))]
    fn inhibited(&self) -> zbus::Result<bool>;
}

/// A toast on the screen, and who waits for what is done with it.
struct OnScreen {
    handle: Arc<NotificationHandle>,
    waiter: AbortHandle,
}

/// What is on the screen.
type Screen = Arc<Mutex<HashMap<Key, OnScreen>>>;

fn look(screen: &Screen) -> MutexGuard<'_, HashMap<Key, OnScreen>> {
    screen.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The notification daemon on the session bus.
pub(crate) struct Bus {
    daemon: NotificationsProxy<'static>,
    acts: mpsc::Sender<(Key, Act)>,
    screen: Screen,
    has_buttons: bool,
    has_markup: bool,
}

impl Bus {
    /// Finds the daemon. What people do with its toasts goes to `acts`.
    ///
    /// # Errors
    /// Why no toast can be shown here.
    pub(crate) async fn find(acts: mpsc::Sender<(Key, Act)>) -> Result<Self, String> {
        let found = async {
            let bus = zbus::Connection::session().await?;
            let daemon = NotificationsProxy::builder(&bus)
                .cache_properties(zbus::proxy::CacheProperties::No)
                .build()
                .await?;
            let capabilities = daemon.get_capabilities().await?;
            Ok::<_, zbus::Error>((daemon, capabilities))
        };
        let found =
            timeout(PATIENCE, found).await.map_err(|_late| "the notification service does not answer")?;
        let (daemon, capabilities) = found.map_err(|error| error.to_string())?;
        let has = |name: &str| capabilities.iter().any(|capability| capability == name);
        let (has_buttons, has_markup) = (has("actions"), has("body-markup"));
        Ok(Self { daemon, acts, screen: Screen::default(), has_buttons, has_markup })
    }

    fn notification(&self, toast: &Toast) -> Notification {
        let mut body = toast.body.clone();
        if let (false, Some(instead)) = (self.has_buttons, toast.without_buttons) {
            body = format!("{body}\n{instead}");
        }
        if self.has_markup {
            body = escaped(&body);
        }
        let ringing = toast.until.is_some();
        let mut notification = Notification::new();
        notification
            .appname("Deskbell")
            .summary(&toast.title)
            .body(&body)
            // Only critical ones stay on GNOME's screen; an offer's toast is withdrawn when the offer ends.
            .urgency(if ringing { Urgency::Critical } else { Urgency::Normal })
            .timeout(if ringing { Timeout::Never } else { Timeout::Default })
            .hint(Hint::Category("im.received".to_owned()))
            .hint(Hint::DesktopEntry("deskbell".to_owned()))
            // The app rings by itself, or does not because the person wants silence.
            .hint(Hint::SuppressSound(true));
        if self.has_buttons {
            // Without a default action a click on the body tells nobody anything. Xfce's daemon takes no
            // clicks there and shows one more button.
            let open = (Act::Open, toast.open);
            for (act, label) in toast.buttons.iter().chain([&open]) {
                notification.action(act.name(), label);
            }
        }
        if let Some(before) = look(&self.screen).get(&toast.key) {
            notification.id(before.handle.id());
        }
        notification
    }

    /// Remembers what is shown now and waits for what is done with it.
    fn shown(&self, key: Key, handle: NotificationHandle) {
        let handle = Arc::new(handle);
        let waiter =
            tokio::spawn(wait(key, Arc::clone(&handle), Arc::clone(&self.screen), self.acts.clone()));
        let shown = OnScreen { handle, waiter: waiter.abort_handle() };
        if let Some(before) = look(&self.screen).insert(key, shown) {
            // It waits for the same toast and would report everything a second time.
            before.waiter.abort();
        }
    }
}

/// Waits for the one thing that happens to a toast, and reports it.
async fn wait(key: Key, handle: Arc<NotificationHandle>, screen: Screen, acts: mpsc::Sender<(Key, Act)>) {
    let done = Mutex::new(None);
    handle
        .wait_for_action_async(|response: &NotificationResponse| {
            let act = match response {
                NotificationResponse::Default => Some(Act::Open),
                NotificationResponse::Action(name) => Act::named(name),
                _ => Some(Act::Gone),
            };
            *done.lock().unwrap_or_else(PoisonError::into_inner) = act;
        })
        .await;
    let act = done.into_inner().unwrap_or_else(PoisonError::into_inner).unwrap_or(Act::Gone);
    if act == Act::Gone {
        look(&screen).retain(|_, shown| !Arc::ptr_eq(&shown.handle, &handle));
    }
    // Nobody listens any more when the app is about to end.
    let _heard = acts.send((key, act)).await;
}

impl Toasts for Bus {
    async fn show(&self, toast: &Toast) -> Shown {
        // A daemon without this property does not say; that is no reason to be silent.
        let inhibited = timeout(PATIENCE, self.daemon.inhibited()).await;
        if matches!(inhibited, Ok(Ok(true))) {
            return Shown::Suppressed("do not disturb is on".to_owned());
        }
        let notification = self.notification(toast);
        let mut showing = tokio::spawn(async move { notification.show_async().await });
        match timeout(PATIENCE, &mut showing).await {
            Ok(Ok(Ok(handle))) => {
                self.shown(toast.key, handle);
                Shown::HandedOver
            }
            Ok(Ok(Err(error))) => Shown::Failed(error.to_string()),
            Ok(Err(not_finished)) => Shown::Failed(not_finished.to_string()),
            Err(_late) => {
                // Whatever appears after all is nobody's any more.
                tokio::spawn(async move {
                    if let Ok(Ok(handle)) = showing.await {
                        let _closed = timeout(PATIENCE, handle.close_async()).await;
                    }
                });
                Shown::Failed("the notification service does not answer".to_owned())
            }
        }
    }

    async fn withdraw(&self, key: Key) {
        let Some(shown) = look(&self.screen).remove(&key) else { return };
        shown.waiter.abort();
        let _closed = timeout(PATIENCE, shown.handle.close_async()).await;
    }
}
