//! Limits of connections for each address.

use std::net::SocketAddr;

use deskbell_hub::limits::CONNECTIONS_OF_ONE_ADDRESS;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use crate::world::{World, carla, within};

/// Opens a connection from another loopback address than Anna's.
async fn stranger(world: &World) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.2:0".parse::<SocketAddr>().unwrap()).unwrap();
    socket.connect(world.address.parse().unwrap()).await.unwrap()
}

/// Returns whether the hub answers on this connection, which then stays open; otherwise the hub closes it.
async fn is_served(stream: &mut TcpStream) -> bool {
    within("the hub answers or hangs up", async {
        let asked = stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: hub\r\n\r\n").await;
        let mut answer = [0; 12];
        asked.is_ok() && stream.read_exact(&mut answer).await.is_ok() && answer.ends_with(b" 200")
    })
    .await
}

#[tokio::test]
async fn the_257th_connection_of_an_address_is_closed_without_affecting_others() {
    let world = World::new().await;
    let mut anna = world.ready_agent("Anna").await;
    let mut crowd = Vec::new();
    for _ in 0..CONNECTIONS_OF_ONE_ADDRESS {
        let mut one = stranger(&world).await;
        assert!(is_served(&mut one).await);
        crowd.push(one);
    }
    assert!(!is_served(&mut stranger(&world).await).await, "one too many");

    // Anna's connection stays open, and she may open more.
    world.writes(&carla(), "Hello?").await;
    let interaction = anna.accepts(&world).await;
    anna.sends(interaction.conversation, "Good morning").await.unwrap();
    world.agent("Anna").await;

    // A closed connection makes room for another.
    crowd.pop();
    within("there is room again", async {
        while !is_served(&mut stranger(&world).await).await {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test]
async fn behind_a_proxy_all_clients_share_one_address() {
    let world = World::with(|settings| settings.behind_proxy = true).await;
    let mut crowd = Vec::new();
    for _ in 0..=CONNECTIONS_OF_ONE_ADDRESS {
        let mut one = stranger(&world).await;
        assert!(is_served(&mut one).await);
        crowd.push(one);
    }
}
