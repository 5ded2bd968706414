use deskbell_client::api::{Event, Language, Settings};
use deskbell_protocol::{InteractionState, OfferState};

use super::*;
use crate::host_state::tests::{NOON, Story};
use crate::toasts::toast::escape_markup;

/// The toasts on Anna's screen.
#[derive(Default)]
struct Screen {
    current: BTreeMap<ToastKey, Toast>,
}

impl Screen {
    fn update(&mut self, story: &Story, now: i64) -> Vec<Step> {
        let desired = desired(&story.state, now);
        let steps = diff(&self.current, &desired);
        self.current = desired;
        steps
    }
}

fn shown(steps: &[Step]) -> Vec<(&str, &str)> {
    let toasts = steps.iter().filter_map(|step| match step {
        Step::Show(toast) => Some((toast.title.as_str(), toast.body.as_str())),
        Step::Withdraw(_) => None,
    });
    toasts.collect()
}

#[test]
fn an_offer_is_shown_once_with_two_buttons_and_withdrawn_when_ben_takes_it() {
    let (mut story, mut screen) = (Story::begin(), Screen::default());
    let carla = story.thread("Carla");
    let offer = story.ring(&carla, "Where is my parcel?");
    let steps = screen.update(&story, NOON);
    assert_eq!(shown(&steps), [("Carla", "WhatsApp · Support\nWhere is my parcel?")]);
    let [Step::Show(toast)] = steps.as_slice() else { panic!("{steps:?}") };
    assert_eq!(toast.buttons, [(Action::Accept, "Accept"), (Action::Decline, "Decline")]);
    assert_eq!(toast.until, Some(NOON + 20_000));
    assert_eq!(screen.update(&story, NOON + 1), []);
    story.offer(deskbell_protocol::Offer { state: OfferState::Withdrawn, ..offer.clone() });
    assert_eq!(screen.update(&story, NOON + 2), [Step::Withdraw(ToastKey::Offer(offer.id))]);
}

#[test]
fn an_offer_is_withdrawn_at_its_deadline_and_an_automatic_one_never_rings() {
    let (mut story, mut screen) = (Story::begin(), Screen::default());
    let (carla, deniz) = (story.thread("Carla"), story.thread("Deniz"));
    let offer = story.ring(&carla, "Hi");
    screen.update(&story, NOON);
    assert_eq!(screen.update(&story, NOON + 20_000), [Step::Withdraw(ToastKey::Offer(offer.id))]);
    let automatic = story.ring(&deniz, "Hi");
    story.offer(deskbell_protocol::Offer { automatic: true, ..automatic });
    assert_eq!(shown(&screen.update(&story, NOON)), [("Carla", "WhatsApp · Support\nHi")]);
}

#[test]
fn several_messages_of_carla_are_one_toast_that_is_replaced() {
    let (mut story, mut screen) = (Story::begin(), Screen::default());
    let carla = story.thread("Carla");
    story.set(&carla, InteractionState::Active);
    story.write(&carla, 1, "Hello?");
    assert_eq!(shown(&screen.update(&story, NOON)), [("Carla", "WhatsApp\nHello?")]);
    story.write(&carla, 2, "Anybody?");
    assert_eq!(shown(&screen.update(&story, NOON)), [("Carla", "WhatsApp\n2 new messages\nAnybody?")]);
    story.state.set_focus(true);
    assert_eq!(screen.update(&story, NOON), [Step::Withdraw(ToastKey::Conversation(carla.conversation.id))]);
}

#[test]
fn with_hidden_texts_no_toast_shows_what_a_contact_wrote() {
    let (mut story, mut screen) = (Story::begin(), Screen::default());
    let settings = Settings { toast_words: false, language: Some(Language::De), ..Settings::default() };
    story.state.apply(&Event::Settings { settings });
    let (carla, deniz) = (story.thread("Carla"), story.thread("Deniz"));
    story.ring(&carla, "my secret");
    story.set(&deniz, InteractionState::Active);
    story.write(&deniz, 1, "my secret");
    let steps = screen.update(&story, NOON);
    assert_eq!(shown(&steps).len(), 2);
    assert!(!format!("{steps:?}").contains("secret"), "{steps:?}");
    assert!(format!("{steps:?}").contains("Annehmen"), "{steps:?}");
}

#[test]
fn a_long_message_is_cut_between_characters() {
    let (mut story, mut screen) = (Story::begin(), Screen::default());
    let carla = story.thread("Carla");
    story.set(&carla, InteractionState::Active);
    story.write(&carla, 1, &"ä🙂".repeat(2000));
    let steps = screen.update(&story, NOON);
    let [(_, body)] = shown(&steps)[..] else { panic!("{steps:?}") };
    assert!(body.ends_with("🙂…") && body.chars().count() < 140, "{body}");
}

#[test]
fn what_a_contact_writes_is_never_markup() {
    assert_eq!(escape_markup("<b>1 & \"2\"</b>"), "&lt;b&gt;1 &amp; &quot;2&quot;&lt;/b&gt;");
    assert_eq!(escape_markup("one\ntwo\u{1b}[31m"), "one\ntwo [31m");
}
