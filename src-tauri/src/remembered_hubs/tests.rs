use deskbell_client::{NewSession, write_hub_id};

use super::*;

const URL: &str = "https://desk.example.org";

fn session(hub: HubId, url: &str, agent: &str) -> NewSession {
    NewSession {
        url: url.to_owned(),
        hub,
        hub_name: "Lindenhof".to_owned(),
        agent: agent.to_owned(),
        token: deskbell_client::Token::new("a token of this story"),
    }
}

#[test]
fn every_hub_and_agent_has_a_folder_of_its_own_with_a_plain_name() {
    let annas = workspace_id(URL, "Anna");
    assert_eq!(annas, workspace_id("https://desk.example.org/", "Anna"));
    for other in [(URL, "anna"), ("https://desk.example.org:444", "Anna"), ("https://x", "../..")] {
        let other = workspace_id(other.0, other.1);
        assert_ne!(annas, other);
        assert!(other.chars().all(|sign| sign.is_ascii_alphanumeric() || sign == '-'), "{other}");
    }
}

#[test]
fn anna_and_ben_are_remembered_apart_and_after_a_restart() {
    let data = tempfile::tempdir().unwrap();
    let hub = HubId::fresh();
    let hubs = RememberedHubs::load(data.path());
    let anna = hubs.record_sign_in(&session(hub, URL, "Anna"), Millis(1)).unwrap();
    let ben = hubs.record_sign_in(&session(hub, URL, "Ben"), Millis(2)).unwrap();
    assert_ne!(anna.id, ben.id);
    hubs.record_close(&anna.id, 3, false, Millis(3)).unwrap();
    hubs.set_last_workspace(LastWorkspace::SignedOut).unwrap();

    let hubs = RememberedHubs::load(data.path());
    assert_eq!(hubs.last_workspace(), LastWorkspace::SignedOut);
    let names: Vec<_> = hubs.all().into_iter().map(|hub| (hub.agent, hub.unsent, hub.signed_in)).collect();
    assert_eq!(names, [("Anna".to_owned(), 3, false), ("Ben".to_owned(), 0, true)]);
    let text = fs::read_to_string(file(data.path())).unwrap();
    assert!(!text.contains("a token of this story"));
}

#[test]
fn a_hub_that_moves_keeps_its_folder_and_another_one_at_its_address_gets_a_new_one() {
    let data = tempfile::tempdir().unwrap();
    let (hub, stranger) = (HubId::fresh(), HubId::fresh());
    let hubs = RememberedHubs::load(data.path());
    let first = hubs.record_sign_in(&session(hub, URL, "Anna"), Millis(1)).unwrap();
    write_hub_id(&data.path().join(&first.id), hub).unwrap();

    let moved = hubs.record_sign_in(&session(hub, "https://new.example.org", "Anna"), Millis(2)).unwrap();
    assert_eq!((moved.id.as_str(), moved.url.as_str()), (first.id.as_str(), "https://new.example.org"));
    let other = hubs.record_sign_in(&session(stranger, URL, "Anna"), Millis(3)).unwrap();
    assert_ne!(other.id, first.id);
    assert_eq!(hubs.all().len(), 2);
}

#[test]
fn an_unreadable_file_counts_as_empty_and_is_kept() {
    let data = tempfile::tempdir().unwrap();
    fs::write(file(data.path()), b"{\"left\":").unwrap();
    assert_eq!(RememberedHubs::load(data.path()).last_workspace(), LastWorkspace::Practice);
    assert!(data.path().join("hubs-unreadable.json").exists());
}

#[test]
fn a_file_of_version_0_1_0_is_read() {
    let data = tempfile::tempdir().unwrap();
    for (word, last) in [
        (r#""practice""#, LastWorkspace::Practice),
        (r#""doorway""#, LastWorkspace::SignedOut),
        (r#"{"hub":"anna"}"#, LastWorkspace::Hub("anna".to_owned())),
    ] {
        fs::write(file(data.path()), format!(r#"{{"left":{word},"hubs":[]}}"#)).unwrap();
        assert_eq!(RememberedHubs::load(data.path()).last_workspace(), last);
    }
}
