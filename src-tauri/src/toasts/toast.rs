//! A toast, and the interface that every system's toasts have.

use std::future::Future;

use deskbell_protocol::{ConversationId, OfferId};

/// The subject of a toast. The screen shows at most one toast for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum ToastKey {
    /// A ringing offer.
    Offer(OfferId),
    /// New messages in a conversation.
    Conversation(ConversationId),
    /// A failed answer to an offer.
    Error(OfferId),
}

/// A toast as the agent sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Toast {
    /// The subject.
    pub key: ToastKey,
    /// The first line.
    pub title: String,
    /// The lines below. Plain text, never markup.
    pub body: String,
    /// The buttons with their labels, in order.
    pub buttons: Vec<(Action, &'static str)>,
    /// The label of a click on the body, where the desktop shows it as another button.
    pub open: &'static str,
    /// A line in place of the buttons, where the desktop has none.
    pub without_buttons: Option<&'static str>,
    /// When the subject ends, in milliseconds by the desktop's clock. A toast with an end stays on the screen until
    /// then.
    pub until: Option<i64>,
}

/// What an agent does with a toast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// The Accept button.
    Accept,
    /// The Decline button.
    Decline,
    /// A click on the body.
    Open,
    /// The agent or the desktop removed the toast.
    Dismiss,
}

impl Action {
    /// The identifier that the desktop reports the action by.
    pub(crate) const fn id(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Decline => "decline",
            Self::Open => "default",
            Self::Dismiss => "dismiss",
        }
    }

    /// The action with this identifier. Desktops report a dismissal in another way.
    pub(crate) fn from_id(id: &str) -> Option<Self> {
        [Self::Accept, Self::Decline, Self::Open].into_iter().find(|action| action.id() == id)
    }
}

/// The result of showing a toast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ShowOutcome {
    /// The desktop accepted it. Whether the agent sees it is not known.
    HandedOver,
    /// The desktop is in do-not-disturb mode, or toasts are switched off; why.
    Suppressed(String),
    /// The desktop did not accept it; why.
    Failed(String),
}

/// The toasts of one operating system.
pub(crate) trait ToastBackend: Send + Sync + 'static {
    /// Shows a toast in place of an older one with the same key.
    fn show(&self, toast: &Toast) -> impl Future<Output = ShowOutcome> + Send;

    /// Removes a toast from the screen, if it is there.
    fn withdraw(&self, key: ToastKey) -> impl Future<Output = ()> + Send;
}

/// Escapes text for desktops that read markup. Line breaks stay; every other control character becomes a space,
/// because XML cannot represent it.
#[cfg(any(target_os = "linux", windows, test))]
pub(super) fn escape_markup(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            control if control.is_control() && control != '\n' => escaped.push(' '),
            other => escaped.push(other),
        }
    }
    escaped
}
