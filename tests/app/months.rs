//! Four months with three contacts and two agents, told twice: once with the cables whole, once with the
//! cable of whoever is at work cut in the middle of everything, between what the agent does and the hub's
//! answer, and while the contact writes. Each scene ends in the same state, at the hub, on the desktops and
//! on the phones.

mod desk;
mod rest;
mod scenes;
mod world;

use std::future::Future;

use self::world::World;

/// Whether cables are cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cables {
    Whole,
    Cut,
}

/// Tells every scene once; answers how the world stands after each.
async fn told(cables: Cables) -> Vec<(&'static str, Vec<String>)> {
    let mut world = World::begin(cables).await;
    let mut ends = Vec::new();
    macro_rules! scene {
        ($name:ident) => {
            scenes::$name(&mut world).await;
            ends.push((stringify!($name), world.comes_to_rest().await));
        };
    }
    scene!(a_colleague_handles_deniz);
    scene!(reactivation_before_done);
    scene!(after_done_from_communication);
    scene!(after_done_by_the_contact_back_to_the_last_agent);
    scene!(to_a_colleague_when_that_agent_is_away);
    scene!(an_unassigned_contact_is_found_and_connected);
    scene!(the_window_opens_and_closes);
    ends
}

#[tokio::test(flavor = "multi_thread")]
async fn four_months_end_the_same_with_cables_whole_and_cut() {
    let whole = told(Cables::Whole).await;
    let cut = told(Cables::Cut).await;
    for ((scene, whole), (_, cut)) in whole.iter().zip(&cut) {
        assert_eq!(whole.join("\n"), cut.join("\n"), "after {scene}");
    }
    // Not only alike, but as it should be.
    for (scene, stands) in [
        ("reactivation_before_done", &["Carla: open, Verified", "Deniz: open, Verified"][..]),
        (
            "an_unassigned_contact_is_found_and_connected",
            &["Carla: closed, Verified", "Deniz: closed, Verified", "Yusuf Demir: never open, Reachable"],
        ),
        (
            "the_window_opens_and_closes",
            &["Carla: closed, Verified", "Deniz: closed, Verified", "Yusuf Demir: closed, Verified"],
        ),
    ] {
        let (_, lines) = whole.iter().find(|(told, _)| *told == scene).expect("the scene");
        let contacts: Vec<_> =
            lines.iter().filter_map(|line| line.split_once(", [")).map(|(it, _)| it).collect();
        assert_eq!(contacts, stands, "after {scene}");
    }
    let (_, last) = whole.last().expect("a scene");
    let handled: Vec<_> = last
        .iter()
        .filter_map(|line| line.strip_prefix("  Done with ")?.split_once(','))
        .map(|(who, _)| who)
        .collect();
    assert_eq!(handled, ["Ben", "Ben", "Anna"], "the newest of Carla, Deniz and Yusuf");
    let open = ["  Queued", "  Offered", "  Active", "  Ended"];
    assert!(!last.iter().any(|line| open.iter().any(|state| line.starts_with(state))), "{last:#?}");
}

/// Gives `happening` a generous time, so that a story that hangs fails with a name.
async fn within<T>(what: &str, happening: impl Future<Output = T>) -> T {
    tokio::time::timeout(crate::support::PATIENCE, happening)
        .await
        .unwrap_or_else(|_elapsed| panic!("in vain: {what}"))
}
