//! Which toasts should be on the screen, and the one face that every desktop's toasts have.
//!
//! [`wanted`] says what the person should see now, [`decide`] what has to be done for it. Both are pure;
//! only the file of each system shows anything.

use std::collections::BTreeMap;
use std::future::Future;

use deskbell_protocol::{ConversationId, OfferId};

use crate::desk::Desk;
use crate::words::Words;

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(windows)]
mod windows;

#[cfg(target_os = "linux")]
pub(crate) use linux::Bus as System;
#[cfg(target_os = "macos")]
pub(crate) use macos::Center as System;
#[cfg(windows)]
pub(crate) use windows::ActionCenter as System;

/// What a toast is about. At most one toast is on the screen for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Key {
    /// Something rings.
    Offer(OfferId),
    /// A contact wrote.
    Conversation(ConversationId),
    /// Something could not be done for an offer.
    Trouble(OfferId),
}

/// A toast as the person sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Toast {
    /// What it is about.
    pub key: Key,
    /// The first line.
    pub title: String,
    /// What stands below. Plain text, never markup.
    pub body: String,
    /// Labels of the buttons, in order.
    pub buttons: Vec<(Act, &'static str)>,
    /// What a click on the body does, where the desktop shows that as a button too.
    pub open: &'static str,
    /// Instead of the buttons, where the desktop has none.
    pub without_buttons: Option<&'static str>,
    /// Until when it makes sense, by the desktop's clock. Such a toast stays until then.
    pub until: Option<i64>,
}

/// What a person does with a toast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    /// The Accept button.
    Accept,
    /// The Decline button.
    Decline,
    /// A click on the body.
    Open,
    /// Put away, by the person or by the desktop.
    Gone,
}

impl Act {
    /// The name under which the desktop gives it back.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Decline => "decline",
            Self::Open => "default",
            Self::Gone => "gone",
        }
    }

    /// The act of this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::Accept, Self::Decline, Self::Open].into_iter().find(|act| act.name() == name)
    }
}

/// Text as it must be written where the desktop reads markup. Lines stay; of other control characters only
/// their place does, because XML cannot say them.
#[cfg(any(target_os = "linux", windows, test))]
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
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

/// What became of showing a toast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    /// The desktop has it; whether the person sees it is another matter.
    HandedOver,
    /// The desktop is not to be disturbed; why.
    Suppressed(String),
    /// The desktop would not take it; why.
    Failed(String),
}

/// The toasts of one operating system.
pub(crate) trait Toasts: Send + Sync + 'static {
    /// Shows a toast, in place of an older one with the same key.
    fn show(&self, toast: &Toast) -> impl Future<Output = Shown> + Send;

    /// Takes a toast from the screen; no error if it is not there any more.
    fn withdraw(&self, key: Key) -> impl Future<Output = ()> + Send;
}

/// What has to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Show this, in place of an older one with the same key.
    Show(Toast),
    /// Take this from the screen.
    Withdraw(Key),
}

/// What the person should see at this moment of the desktop's clock.
pub(crate) fn wanted(desk: &Desk, now: i64) -> BTreeMap<Key, Toast> {
    let settings = desk.settings();
    let words = Words::of(settings.language);
    let offers = desk.ringing(now).map(|(offer, until)| {
        let place = format!("{} · {}", words.channel(offer.channel), offer.queue_name);
        let said = if settings.toast_words && !offer.preview.trim().is_empty() {
            &offer.preview
        } else {
            words.writes()
        };
        Toast {
            key: Key::Offer(offer.id),
            title: offer.contact_name.clone(),
            body: format!("{place}\n{said}"),
            buttons: vec![(Act::Accept, words.accept()), (Act::Decline, words.decline())],
            open: words.open(),
            without_buttons: Some(words.answer_in_the_window()),
            until: Some(until),
        }
    });
    let messages = desk.unseen().map(|(conversation, unseen)| {
        let mut lines = vec![words.channel(unseen.channel).to_owned()];
        if unseen.count > 1 {
            lines.push(words.messages(unseen.count));
        }
        match &unseen.words {
            Some(said) if settings.toast_words => lines.push(said.clone()),
            _ if unseen.count == 1 => lines.push(words.new_message().to_owned()),
            _ => {}
        }
        Toast {
            key: Key::Conversation(conversation),
            title: unseen.contact_name.clone(),
            body: lines.join("\n"),
            buttons: Vec::new(),
            open: words.open(),
            without_buttons: None,
            until: None,
        }
    });
    offers.chain(messages).map(|toast| (toast.key, toast)).collect()
}

/// What has to be done so that the person sees what is wanted, given what was handed over before. A toast
/// that the person put away does not come back until it has something new to say.
pub(crate) fn decide(before: &BTreeMap<Key, Toast>, wanted: &BTreeMap<Key, Toast>) -> Vec<Step> {
    let gone = before.keys().filter(|key| !wanted.contains_key(key)).map(|key| Step::Withdraw(*key));
    let news =
        wanted.values().filter(|toast| before.get(&toast.key).is_none_or(|old| says_other(old, toast)));
    gone.chain(news.map(|toast| Step::Show(toast.clone()))).collect()
}

/// Whether the person would notice a difference. A deadline that moves by the clocks' drift is none.
fn says_other(old: &Toast, new: &Toast) -> bool {
    (&old.title, &old.body, &old.buttons) != (&new.title, &new.body, &new.buttons)
}

#[cfg(test)]
mod tests;
