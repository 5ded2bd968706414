use super::*;

fn quit_asked(active: u32) -> Event {
    Event::QuitAsked { active }
}

#[tokio::test]
async fn a_ui_that_keeps_up_hears_everything_in_order() {
    let announcer = Arc::new(Announcer::new());
    let mut ui = announcer.subscribe();
    assert_eq!(ui.next().await.unwrap().event, Event::Subscribed { subscription: 1 });
    for n in 0..1000 {
        announcer.announce(quit_asked(n));
        let event = ui.next().await.unwrap();
        assert_eq!(event.event, quit_asked(n));
        announcer.acknowledge(1, event.seq);
    }
}

#[tokio::test]
async fn a_ui_that_lags_is_told_once_and_then_nothing_until_it_subscribes_again() {
    let announcer = Arc::new(Announcer::new());
    let mut ui = announcer.subscribe();
    for n in 0..2000 {
        announcer.announce(quit_asked(n));
    }
    let mut heard = Vec::new();
    while let Ok(event) = tokio::time::timeout(std::time::Duration::from_millis(20), ui.next()).await {
        heard.push(event.unwrap());
    }
    assert_eq!(heard.len(), 257);
    assert_eq!(heard.last().unwrap().event, Event::Resync);
    announcer.acknowledge(1, 257);
    announcer.announce(quit_asked(1));
    assert!(tokio::time::timeout(std::time::Duration::from_millis(20), ui.next()).await.is_err());

    let mut again = announcer.subscribe();
    assert_eq!(ui.next().await, None, "the old one is over");
    announcer.announce(quit_asked(7));
    assert_eq!(again.next().await.unwrap().event, Event::Subscribed { subscription: 2 });
    assert_eq!(again.next().await.unwrap().event, quit_asked(1), "no snapshot would tell it");
    assert_eq!(again.next().await.unwrap().event, quit_asked(7));
}
