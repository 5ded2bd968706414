//! Toasts of Windows' action centre, under an application id of our own: without one they would show as
//! PowerShell's.

use tokio::sync::mpsc;
use windows::Data::Xml::Dom::XmlDocument;
use windows::Foundation::TypedEventHandler;
use windows::UI::Notifications::{
    NotificationSetting, ToastActivatedEventArgs, ToastDismissedEventArgs, ToastNotification,
    ToastNotificationManager,
};
use windows::core::{HSTRING, Interface};
use windows_registry::CURRENT_USER;

use super::toast::{Action, ShowOutcome, Toast, ToastBackend, ToastKey, escape_markup};

/// The application id of the toasts.
const APP_ID: &str = "org.deskbell.app";

/// The action centre of this user.
pub(crate) struct ActionCenter {
    actions: mpsc::Sender<(ToastKey, Action)>,
}

impl ActionCenter {
    /// Registers the application id. The agent's actions on the toasts go to `actions`.
    ///
    /// # Errors
    /// Why toasts cannot be shown.
    #[expect(clippy::unused_async, reason = "the signature of all systems")]
    pub(crate) async fn connect(actions: mpsc::Sender<(ToastKey, Action)>) -> Result<Self, String> {
        let path = format!("Software\\Classes\\AppUserModelId\\{APP_ID}");
        CURRENT_USER
            .create(path)
            .and_then(|key| key.set_string("DisplayName", "Deskbell"))
            .and_then(|()| ToastNotificationManager::CreateToastNotifierWithId(&HSTRING::from(APP_ID)))
            .map_err(|error| error.message())?;
        Ok(Self { actions })
    }

    fn hand_over(&self, toast: &Toast) -> windows::core::Result<ShowOutcome> {
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
            return Ok(ShowOutcome::Suppressed(why.to_owned()));
        }
        let document = XmlDocument::new()?;
        document.LoadXml(&HSTRING::from(xml(toast)))?;
        let notification = ToastNotification::CreateToastNotification(&document)?;
        let (tag, group) = tag_and_group(toast.key);
        notification.SetTag(&tag)?;
        notification.SetGroup(&group)?;
        let (actions, key) = (self.actions.clone(), toast.key);
        notification.Activated(&TypedEventHandler::new(
            move |_: windows::core::Ref<'_, ToastNotification>,
                  args: windows::core::Ref<'_, windows::core::IInspectable>| {
                let action = args
                    .as_ref()
                    .and_then(|args| args.cast::<ToastActivatedEventArgs>().ok())
                    .and_then(|args| args.Arguments().ok())
                    .and_then(|id| Action::from_id(&id.to_string()));
                // A full queue means that the app hangs; one more action changes nothing.
                let _full = actions.try_send((key, action.unwrap_or(Action::Open)));
                Ok(())
            },
        ))?;
        let actions = self.actions.clone();
        notification.Dismissed(&TypedEventHandler::new(
            move |_: windows::core::Ref<'_, ToastNotification>,
                  _: windows::core::Ref<'_, ToastDismissedEventArgs>| {
                let _full = actions.try_send((key, Action::Dismiss));
                Ok(())
            },
        ))?;
        notifier.Show(&notification)?;
        Ok(ShowOutcome::HandedOver)
    }
}

impl ToastBackend for ActionCenter {
    async fn show(&self, toast: &Toast) -> ShowOutcome {
        self.hand_over(toast).unwrap_or_else(|error| ShowOutcome::Failed(error.message()))
    }

    async fn withdraw(&self, key: ToastKey) {
        let (tag, group) = tag_and_group(key);
        // An error means that it is not there any more.
        let _gone = ToastNotificationManager::History()
            .and_then(|history| history.RemoveGroupedTagWithId(&tag, &group, &HSTRING::from(APP_ID)));
    }
}

/// The tag and the group by which a toast is replaced and removed; at most 64 characters each.
fn tag_and_group(key: ToastKey) -> (HSTRING, HSTRING) {
    let (tag, group) = match key {
        ToastKey::Offer(offer) => (offer.to_string(), "offer"),
        ToastKey::Conversation(conversation) => (conversation.to_string(), "conversation"),
        ToastKey::Error(offer) => (offer.to_string(), "error"),
    };
    (HSTRING::from(tag), HSTRING::from(group))
}

/// The toast as toast XML. A toast with the scenario `reminder` stays on the screen until it is answered.
fn xml(toast: &Toast) -> String {
    let scenario =
        if toast.until.is_some() && !toast.buttons.is_empty() { " scenario=\"reminder\"" } else { "" };
    let lines: String =
        toast.body.lines().take(2).map(|line| format!("<text>{}</text>", escape_markup(line))).collect();
    let buttons: String = toast
        .buttons
        .iter()
        .map(|(action, label)| {
            format!("<action content=\"{}\" arguments=\"{}\"/>", escape_markup(label), action.id())
        })
        .collect();
    format!(
        "<toast launch=\"{}\"{scenario}><visual><binding template=\"ToastGeneric\"><text>{}</text>{lines}</binding>\
         </visual><actions>{buttons}</actions><audio silent=\"true\"/></toast>",
        Action::Open.id(),
        escape_markup(&toast.title),
    )
}
