//! Bytes on a socket that are not WebSocket frames.

use deskbell_protocol::{ErrorCode, HubFrame};
use tokio::io::AsyncWriteExt;
use tokio_tungstenite::MaybeTlsStream;

use crate::world::{World, hello, receive_frame, send_frame, socket};

/// Sends a valid hello and then these raw bytes, and returns the code of the refusal.
async fn refusal_of(world: &World, bytes: &[u8]) -> ErrorCode {
    let token = world.sign_in("Anna").await.token;
    let mut socket = socket(world).await;
    send_frame(&mut socket, &hello(&token, None)).await;
    assert!(matches!(receive_frame(&mut socket).await, Some(HubFrame::Welcome { .. })));
    assert!(matches!(receive_frame(&mut socket).await, Some(HubFrame::CursorTooOld {})));
    let MaybeTlsStream::Plain(line) = socket.get_mut() else { panic!("the line is plain") };
    line.write_all(bytes).await.unwrap();
    let Some(HubFrame::Refused { error }) = receive_frame(&mut socket).await else { panic!("not refused") };
    error.code
}

#[tokio::test]
async fn a_broken_frame_is_malformed_and_not_too_large() {
    let world = World::new().await;
    for (what, bytes) in [
        ("a reserved bit", &[0xC1, 0x80, 0, 0, 0, 0][..]),
        ("a kind of frame that nobody knows", &[0x83, 0x80, 0, 0, 0, 0]),
        ("a frame without a mask", &[0x81, 0x00]),
        ("a ping in two pieces", &[0x09, 0x80, 0, 0, 0, 0]),
        ("the rest of something that never began", &[0x80, 0x80, 0, 0, 0, 0]),
        ("text that is no UTF-8", &[0x81, 0x82, 0, 0, 0, 0, 0xC3, 0x28]),
    ] {
        assert_eq!(refusal_of(&world, bytes).await, ErrorCode::Malformed, "{what}");
    }
    // A frame that announces a gigabyte is refused at once.
    let long = [0x81, 0xFF, 0, 0, 0, 0, 0x40, 0, 0, 0, 0, 0, 0, 0];
    assert_eq!(refusal_of(&world, &long).await, ErrorCode::TooLarge);
    // The hub keeps running.
    world.ready_agent("Anna").await;
}
