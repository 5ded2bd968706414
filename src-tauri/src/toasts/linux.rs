//! Toasts by the desktop's notification daemon, over the session bus
//! (<https://specifications.freedesktop.org/notification-spec/1.3/>).
//!
//! Spoken to directly, with one listener for all toasts that stands before the first one is shown: a
//! click that comes at once is not lost.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::StreamExt;
use tokio::sync::mpsc;
use tokio::time::timeout;
use zbus::message::Type;
use zbus::zvariant::Value;
use zbus::{MatchRule, Message, MessageStream};

use super::{Act, Key, Shown, Toast, Toasts};

/// What the daemon speaks.
const INTERFACE: &str = "org.freedesktop.Notifications";

/// How many signals may wait to be heard.
const QUEUED: usize = 64;

/// How long the daemon may take for anything.
const PATIENCE: Duration = Duration::from_secs(3);

/// Urgency "critical": the only one that stays on GNOME's screen.
const CRITICAL: u8 = 2;
/// Urgency "normal".
const NORMAL: u8 = 1;

#[zbus::proxy(
    interface = "org.freedesktop.Notifications",
    default_service = "org.freedesktop.Notifications",
    default_path = "/org/freedesktop/Notifications",
    gen_blocking = false
)]
trait Notifications {
    #[expect(clippy::too_many_arguments, reason = "the specification has these")]
    fn notify(
        &self,
        app_name: &str,
        replaces_id: u32,
        app_icon: &str,
        summary: &str,
        body: &str,
        actions: &[&str],
        hints: HashMap<&str, Value<'_>>,
        expire_timeout: i32,
    ) -> zbus::Result<u32>;

    fn close_notification(&self, id: u32) -> zbus::Result<()>;

    fn get_capabilities(&self) -> zbus::Result<Vec<String>>;

    /// Not in the specification; KDE, and daemons that follow it, say here that nobody may be disturbed.
    #[zbus(property(emits_changed_signal = "false"))]
    fn inhibited(&self) -> zbus::Result<bool>;
}

/// The notification daemon on the session bus.
pub(crate) struct Bus {
    daemon: NotificationsProxy<'static>,
    ids: Arc<Mutex<HashMap<u32, Key>>>,
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
            // One stream for both signals: a click closes the toast, and must not be heard after that.
            let rule = MatchRule::builder().msg_type(Type::Signal).interface(INTERFACE)?.build();
            let signals = MessageStream::for_match_rule(rule, &bus, Some(QUEUED)).await?;
            Ok::<_, zbus::Error>((daemon, capabilities, signals))
        };
        let found =
            timeout(PATIENCE, found).await.map_err(|_late| "the notification service does not answer")?;
        let (daemon, capabilities, signals) = found.map_err(|error| error.to_string())?;
        let ids = Arc::new(Mutex::new(HashMap::new()));
        tokio::spawn(listen(signals, Arc::clone(&ids), acts));
        let has = |name: &str| capabilities.iter().any(|capability| capability == name);
        Ok(Self { daemon, ids, has_buttons: has("actions"), has_markup: has("body-markup") })
    }

    fn ids(&self) -> MutexGuard<'_, HashMap<u32, Key>> {
        self.ids.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn id(&self, key: Key) -> Option<u32> {
        self.ids().iter().find(|(_, shown)| **shown == key).map(|(id, _)| *id)
    }

    async fn notify(&self, toast: &Toast) -> zbus::Result<u32> {
        let mut body = toast.body.clone();
        if let (false, Some(instead)) = (self.has_buttons, toast.without_buttons) {
            body = format!("{body}\n{instead}");
        }
        if self.has_markup {
            body = escaped(&body);
        }
        let mut actions = Vec::new();
        if self.has_buttons {
            // Without a default action a click on the body tells nobody anything. Xfce's daemon takes no
            // clicks there and shows one more button.
            let open = (Act::Open, toast.open);
            actions =
                toast.buttons.iter().chain([&open]).flat_map(|(act, label)| [act.name(), label]).collect();
        }
        let ringing = toast.until.is_some();
        let hints = HashMap::from([
            ("urgency", Value::from(if ringing { CRITICAL } else { NORMAL })),
            ("category", Value::from("im.received")),
            ("desktop-entry", Value::from("deskbell")),
            // The app rings by itself, or does not because the person wants silence.
            ("suppress-sound", Value::from(true)),
        ]);
        // Zero: never by itself. An offer's toast is withdrawn when the offer ends.
        let expire = if ringing { 0 } else { -1 };
        let replaces = self.id(toast.key).unwrap_or(0);
        self.daemon.notify("Deskbell", replaces, "", &toast.title, &body, &actions, hints, expire).await
    }
}

impl Toasts for Bus {
    async fn show(&self, toast: &Toast) -> Shown {
        // A daemon without this property does not say; that is no reason to be silent.
        let inhibited = timeout(PATIENCE, self.daemon.inhibited()).await;
        if matches!(inhibited, Ok(Ok(true))) {
            return Shown::Suppressed("do not disturb is on".to_owned());
        }
        match timeout(PATIENCE, self.notify(toast)).await {
            Ok(Ok(id)) => {
                self.ids().insert(id, toast.key);
                Shown::HandedOver
            }
            Ok(Err(error)) => Shown::Failed(error.to_string()),
            Err(_late) => Shown::Failed("the notification service does not answer".to_owned()),
        }
    }

    async fn withdraw(&self, key: Key) {
        let Some(id) = self.id(key) else { return };
        self.ids().remove(&id);
        // It may have closed itself meanwhile, which the daemon answers with an error.
        let _closed = timeout(PATIENCE, self.daemon.close_notification(id)).await;
    }
}

/// Hears what happens to toasts, in the order in which it happens.
async fn listen(
    mut signals: MessageStream,
    ids: Arc<Mutex<HashMap<u32, Key>>>,
    acts: mpsc::Sender<(Key, Act)>,
) {
    while let Some(signal) = signals.next().await {
        // A malformed signal tells nothing.
        let Some((id, act)) = signal.ok().as_ref().and_then(heard) else { continue };
        // Every program's toasts are told of here; only ours are known.
        let key = {
            let mut ids = ids.lock().unwrap_or_else(PoisonError::into_inner);
            if act == Act::Gone { ids.remove(&id) } else { ids.get(&id).copied() }
        };
        if let Some(key) = key
            && acts.send((key, act)).await.is_err()
        {
            return;
        }
    }
}

/// Which toast a signal is about, and what was done with it.
fn heard(signal: &Message) -> Option<(u32, Act)> {
    let (header, body) = (signal.header(), signal.body());
    match header.member()?.as_str() {
        "ActionInvoked" => {
            let (id, name) = body.deserialize::<(u32, &str)>().ok()?;
            Some((id, Act::named(name)?))
        }
        "NotificationClosed" => {
            let (id, _reason) = body.deserialize::<(u32, u32)>().ok()?;
            Some((id, Act::Gone))
        }
        _ => None,
    }
}

/// Text as it must be written where the daemon reads markup.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_contact_writes_is_never_markup() {
        assert_eq!(escaped("<b>1 & 2</b>"), "&lt;b&gt;1 &amp; 2&lt;/b&gt;");
    }
}
