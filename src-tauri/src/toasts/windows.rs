//! Toasts by Windows' action centre, with real buttons, under an application id of our own: without one
//! they would be PowerShell's.

use tokio::sync::mpsc;
use windows::Data::Xml::Dom::XmlDocument;
use windows::Foundation::TypedEventHandler;
use windows::UI::Notifications::{
    NotificationSetting, ToastActivatedEventArgs, ToastDismissedEventArgs, ToastNotification,
    ToastNotificationManager,
};
use windows::core::{HSTRING, Interface};
use windows_registry::CURRENT_USER;

use super::{Act, Key, Shown, Toast, Toasts, escaped};

/// The application id that the toasts belong to.
const APP_ID: &str = "org.deskbell.app";

/// The action centre of this user.
pub(crate) struct ActionCenter {
    acts: mpsc::Sender<(Key, Act)>,
}

impl ActionCenter {
    /// Registers the application id. What people do with the toasts goes to `acts`.
    ///
    /// # Errors
    /// Why no toast can be shown here.
    #[expect(clippy::unused_async, reason = "the same face as on the other systems")]
    pub(crate) async fn find(acts: mpsc::Sender<(Key, Act)>) -> Result<Self, String> {
        let path = format!("Software\\Classes\\AppUserModelId\\{APP_ID}");
        CURRENT_USER
            .create(path)
            .and_then(|key| key.set_string("DisplayName", "Deskbell"))
            .and_then(|()| ToastNotificationManager::CreateToastNotifierWithId(&HSTRING::from(APP_ID)))
            .map_err(|error| error.message())?;
        Ok(Self { acts })
    }

    fn hand_over(&self, toast: &Toast) -> windows::core::Result<Shown> {
        let notifier = ToastNotificationManager::CreateToastNotifierWithId(&HSTRING::from(APP_ID))?;
        let why = match notifier.Setting()? {
            NotificationSetting::DisabledForApplication => Some("toasts are switched off for Deskbell"),
            NotificationSetting::DisabledForUser => Some("toasts are switched off"),
            NotificationSetting::DisabledByGroupPolicy => {
                Some("toasts are switched off by the administrator")
            }
            _ => None,
        };
        if let Some(why) = why {
            return Ok(Shown::Suppressed(why.to_owned()));
        }
        let document = XmlDocument::new()?;
        document.LoadXml(&HSTRING::from(xml(toast)))?;
        let notification = ToastNotification::CreateToastNotification(&document)?;
        let (tag, group) = names(toast.key);
        notification.SetTag(&tag)?;
        notification.SetGroup(&group)?;
        let (acts, key) = (self.acts.clone(), toast.key);
        notification.Activated(&TypedEventHandler::new(
            move |_: windows::core::Ref<'_, ToastNotification>,
                  what: windows::core::Ref<'_, windows::core::IInspectable>| {
                let named = what
                    .as_ref()
                    .and_then(|what| what.cast::<ToastActivatedEventArgs>().ok())
                    .and_then(|what| what.Arguments().ok())
                    .and_then(|name| Act::named(&name.to_string()));
                // A full queue means sixty-four unhandled clicks; one more tells nothing new.
                let _full = acts.try_send((key, named.unwrap_or(Act::Open)));
                Ok(())
            },
        ))?;
        let acts = self.acts.clone();
        notification.Dismissed(&TypedEventHandler::new(
            move |_: windows::core::Ref<'_, ToastNotification>,
                  _: windows::core::Ref<'_, ToastDismissedEventArgs>| {
                let _full = acts.try_send((key, Act::Gone));
                Ok(())
            },
        ))?;
        notifier.Show(&notification)?;
        Ok(Shown::HandedOver)
    }
}

impl Toasts for ActionCenter {
    async fn show(&self, toast: &Toast) -> Shown {
        self.hand_over(toast).unwrap_or_else(|error| Shown::Failed(error.message()))
    }

    async fn withdraw(&self, key: Key) {
        let (tag, group) = names(key);
        // It may be gone already, which is as good.
        let _gone = ToastNotificationManager::History()
            .and_then(|history| history.RemoveGroupedTagWithId(&tag, &group, &HSTRING::from(APP_ID)));
    }
}

/// Tag and group, by which a toast is replaced and removed (at most 64 characters each).
fn names(key: Key) -> (HSTRING, HSTRING) {
    let (tag, group) = match key {
        Key::Offer(offer) => (offer.to_string(), "offer"),
        Key::Conversation(conversation) => (conversation.to_string(), "conversation"),
        Key::Trouble(offer) => (offer.to_string(), "trouble"),
    };
    (HSTRING::from(tag), HSTRING::from(group))
}

/// The toast in Windows' own language. A reminder stays on the screen until it is answered.
fn xml(toast: &Toast) -> String {
    let scenario =
        if toast.until.is_some() && !toast.buttons.is_empty() { " scenario=\"reminder\"" } else { "" };
    let lines: String =
        toast.body.lines().take(2).map(|line| format!("<text>{}</text>", escaped(line))).collect();
    let buttons: String = toast
        .buttons
        .iter()
        .map(|(act, label)| format!("<action content=\"{}\" arguments=\"{}\"/>", escaped(label), act.name()))
        .collect();
    format!(
        "<toast launch=\"{}\"{scenario}><visual><binding template=\"ToastGeneric\"><text>{}</text>{lines}</binding>\
         </visual><actions>{buttons}</actions><audio silent=\"true\"/></toast>",
        Act::Open.name(),
        escaped(&toast.title),
    )
}
