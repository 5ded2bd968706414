//! The health check of the hub.

use deskbell_protocol::{ErrorBody, ErrorCode};

use crate::world::{World, carla, delivery, status_of, within};

#[tokio::test]
async fn a_hub_that_cannot_write_is_unhealthy_until_it_can_again() {
    let world = World::new().await;
    let health = async || world.http.get(world.url("/healthz")).send().await.unwrap();
    assert_eq!(health().await.status(), 200);
    world.admin.cap_pages(Some(1)).await.unwrap();
    let mut filler = 0;
    within("the disk is full", async {
        loop {
            let wamid = format!("wamid.filler.{filler}.{}", "x".repeat(60_000));
            if world.deliver(&delivery(&[], &[status_of(&wamid, "sent", None)])).await != 200 {
                break;
            }
            filler += 1;
        }
    })
    .await;
    let ill = health().await;
    assert_eq!(ill.status(), 503);
    assert!(ill.headers().contains_key("retry-after"));
    assert_eq!(ill.json::<ErrorBody>().await.unwrap().code, ErrorCode::Unavailable);
    // Nobody writes anything: the question alone finds out that there is room again.
    world.admin.cap_pages(None).await.unwrap();
    within("the hub is well again", async {
        while health().await.status() != 200 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    world.writes(&carla(), "Hello").await;
}
