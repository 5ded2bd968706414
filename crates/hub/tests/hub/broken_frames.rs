//! What arrives on a socket and is no frame of a WebSocket at all.

use deskbell_protocol::{ErrorCode, HubFrame};
use tokio::io::AsyncWriteExt;
use tokio_tungstenite::MaybeTlsStream;

use crate::world::{World, hear, hello, say, socket};

/// What the hub answers to these bytes, which go out as they are behind a good hello.
async fn answer_to(world: &World, bytes: &[u8]) -> ErrorCode {
    let token = world.sign_in("Anna").await.token;
    let mut socket = socket(world).await;
    say(&mut socket, &hello(&token, None)).await;
    assert!(matches!(hear(&mut socket).await, Some(HubFrame::Welcome { .. })));
    assert!(matches!(hear(&mut socket).await, Some(HubFrame::CursorTooOld {})));
    let MaybeTlsStream::Plain(line) = socket.get_mut() else { panic!("the line is plain") };
    line.write_all(bytes).await.unwrap();
    let Some(HubFrame::Refused { error }) = hear(&mut socket).await else { panic!("not refused") };
    error.code
}

#[tokio::test]
async fn a_broken_frame_is_called_broken_and_not_too_large() {
    let world = World::new().await;
    for (what, bytes) in [
        ("a reserved bit", &[0xC1, 0x80, 0, 0, 0, 0][..]),
        ("a kind of frame that nobody knows", &[0x83, 0x80, 0, 0, 0, 0]),
        ("a frame without a mask", &[0x81, 0x00]),
        ("a ping in two pieces", &[0x09, 0x80, 0, 0, 0, 0]),
        ("the rest of something that never began", &[0x80, 0x80, 0, 0, 0, 0]),
        ("text that is no UTF-8", &[0x81, 0x82, 0, 0, 0, 0, 0xC3, 0x28]),
    ] {
        assert_eq!(answer_to(&world, bytes).await, ErrorCode::Malformed, "{what}");
    }
    // A frame that says it is a gigabyte long is not waited for.
    let long = [0x81, 0xFF, 0, 0, 0, 0, 0x40, 0, 0, 0, 0, 0, 0, 0];
    assert_eq!(answer_to(&world, &long).await, ErrorCode::TooLarge);
    // And the hub goes on.
    world.ready_agent("Anna").await;
}
