//! Which toasts the agent should see, and the steps from one set of toasts to another. Pure.

use std::collections::BTreeMap;

use super::toast::{Action, Toast, ToastKey};
use crate::host_state::HostState;
use crate::strings::Strings;

/// A change of what is on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Show this toast, in place of an older one with the same key.
    Show(Toast),
    /// Remove the toast with this key from the screen.
    Withdraw(ToastKey),
}

/// The toasts that the agent should see at `now`, in milliseconds by the desktop's clock.
pub(crate) fn desired(state: &HostState, now: i64) -> BTreeMap<ToastKey, Toast> {
    let settings = state.settings();
    let strings = Strings::new(settings.language);
    let offers = state.ringing(now).map(|(offer, until)| {
        let source = format!("{} · {}", strings.channel(offer.channel), offer.queue_name);
        let text = if settings.toast_words && !offer.preview.trim().is_empty() {
            &offer.preview
        } else {
            strings.would_like_to_talk()
        };
        Toast {
            key: ToastKey::Offer(offer.id),
            title: offer.contact_name.clone(),
            body: format!("{source}\n{text}"),
            buttons: vec![(Action::Accept, strings.accept()), (Action::Decline, strings.decline())],
            open: strings.open(),
            without_buttons: Some(strings.answer_in_window()),
            until: Some(until),
        }
    });
    let messages = state.unseen().map(|(conversation, unseen)| {
        let mut lines = vec![strings.channel(unseen.channel).to_owned()];
        if unseen.count > 1 {
            lines.push(strings.new_messages(unseen.count));
        }
        match &unseen.preview {
            Some(preview) if settings.toast_words => lines.push(preview.clone()),
            _ if unseen.count == 1 => lines.push(strings.new_message().to_owned()),
            _ => {}
        }
        Toast {
            key: ToastKey::Conversation(conversation),
            title: unseen.contact_name.clone(),
            body: lines.join("\n"),
            buttons: Vec::new(),
            open: strings.open(),
            without_buttons: None,
            until: None,
        }
    });
    offers.chain(messages).map(|toast| (toast.key, toast)).collect()
}

/// The steps that lead from the toasts handed over before to the desired ones. A toast that the agent dismissed does not
/// come back until its text changes.
pub(crate) fn diff(current: &BTreeMap<ToastKey, Toast>, desired: &BTreeMap<ToastKey, Toast>) -> Vec<Step> {
    let gone = current.keys().filter(|key| !desired.contains_key(key)).map(|key| Step::Withdraw(*key));
    let new = desired
        .values()
        .filter(|toast| current.get(&toast.key).is_none_or(|old| differs_visibly(old, toast)));
    gone.chain(new.map(|toast| Step::Show(toast.clone()))).collect()
}

/// Whether the agent would see a difference. `until` does not count: it drifts with the clocks.
fn differs_visibly(old: &Toast, new: &Toast) -> bool {
    (&old.title, &old.body, &old.buttons) != (&new.title, &new.body, &new.buttons)
}

#[cfg(test)]
mod tests;
