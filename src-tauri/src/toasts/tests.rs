use deskbell_client::api::{Event, Language, Settings};
use deskbell_protocol::{InteractionState, OfferState};

use super::*;
use crate::desk::tests::{NOON, Story};

/// What is on Anna's screen, step by step.
#[derive(Default)]
struct Screen {
    before: BTreeMap<Key, Toast>,
}

impl Screen {
    fn after(&mut self, story: &Story, now: i64) -> Vec<Step> {
        let wanted = wanted(&story.desk, now);
        let steps = decide(&self.before, &wanted);
        self.before = wanted;
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
    let offer = story.rings(&carla, "Where is my parcel?");
    let steps = screen.after(&story, NOON);
    assert_eq!(shown(&steps), [("Carla", "WhatsApp · Support\nWhere is my parcel?")]);
    let [Step::Show(toast)] = steps.as_slice() else { panic!("{steps:?}") };
    assert_eq!(toast.buttons, [(Act::Accept, "Accept"), (Act::Decline, "Decline")]);
    assert_eq!(toast.until, Some(NOON + 20_000));
    assert_eq!(screen.after(&story, NOON + 1), []);
    story.offer(deskbell_protocol::Offer { state: OfferState::Withdrawn, ..offer.clone() });
    assert_eq!(screen.after(&story, NOON + 2), [Step::Withdraw(Key::Offer(offer.id))]);
}

#[test]
fn an_offer_is_withdrawn_at_its_deadline_and_an_automatic_one_never_rings() {
    let (mut story, mut screen) = (Story::begin(), Screen::default());
    let (carla, deniz) = (story.thread("Carla"), story.thread("Deniz"));
    let offer = story.rings(&carla, "Hi");
    screen.after(&story, NOON);
    assert_eq!(screen.after(&story, NOON + 20_000), [Step::Withdraw(Key::Offer(offer.id))]);
    let automatic = story.rings(&deniz, "Hi");
    story.offer(deskbell_protocol::Offer { automatic: true, ..automatic });
    assert_eq!(shown(&screen.after(&story, NOON)), [("Carla", "WhatsApp · Support\nHi")]);
}

#[test]
fn several_messages_of_carla_are_one_toast_that_is_replaced() {
    let (mut story, mut screen) = (Story::begin(), Screen::default());
    let carla = story.thread("Carla");
    story.is(&carla, InteractionState::Active);
    story.writes(&carla, 1, "Hello?");
    assert_eq!(shown(&screen.after(&story, NOON)), [("Carla", "WhatsApp\nHello?")]);
    story.writes(&carla, 2, "Anybody?");
    assert_eq!(shown(&screen.after(&story, NOON)), [("Carla", "WhatsApp\n2 new messages\nAnybody?")]);
    story.desk.focus(true);
    assert_eq!(screen.after(&story, NOON), [Step::Withdraw(Key::Conversation(carla.conversation.id))]);
}

#[test]
fn who_wants_privacy_sees_no_words_of_contacts() {
    let (mut story, mut screen) = (Story::begin(), Screen::default());
    let settings = Settings { toast_words: false, language: Some(Language::De), ..Settings::default() };
    story.desk.apply(&Event::Settings { settings });
    let (carla, deniz) = (story.thread("Carla"), story.thread("Deniz"));
    story.rings(&carla, "my secret");
    story.is(&deniz, InteractionState::Active);
    story.writes(&deniz, 1, "my secret");
    let steps = screen.after(&story, NOON);
    assert_eq!(shown(&steps).len(), 2);
    assert!(!format!("{steps:?}").contains("secret"), "{steps:?}");
    assert!(format!("{steps:?}").contains("Annehmen"), "{steps:?}");
}

#[test]
fn only_the_first_words_of_a_long_message_are_shown_and_signs_stay_whole() {
    let (mut story, mut screen) = (Story::begin(), Screen::default());
    let carla = story.thread("Carla");
    story.is(&carla, InteractionState::Active);
    story.writes(&carla, 1, &"ä🙂".repeat(2000));
    let steps = screen.after(&story, NOON);
    let [(_, body)] = shown(&steps)[..] else { panic!("{steps:?}") };
    assert!(body.ends_with("🙂…") && body.chars().count() < 140, "{body}");
}

#[test]
fn what_a_contact_writes_is_never_markup() {
    assert_eq!(super::escaped("<b>1 & \"2\"</b>"), "&lt;b&gt;1 &amp; &quot;2&quot;&lt;/b&gt;");
    assert_eq!(super::escaped("one\ntwo\u{1b}[31m"), "one\ntwo [31m");
}
