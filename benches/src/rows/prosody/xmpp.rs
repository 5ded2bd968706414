//! A minimal XMPP client (RFC 6120, 6121; SASL PLAIN, RFC 4616).

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The server's host name.
pub(super) const HOST: &str = "localhost";

/// One signed-in connection.
pub(super) struct Client {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Client {
    /// Connects, signs in and sends presence.
    pub(super) async fn connect(address: SocketAddr, name: &str) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let mut client = Self { stream, read: Vec::new() };
        client.open().await;
        let plain = base64(format!("\0{name}\0password").as_bytes());
        client
            .send(&format!("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{plain}</auth>"))
            .await;
        client.read_until("<success").await;
        client.open().await;
        client.send("<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>").await;
        client.read_until("</iq>").await;
        client.send("<presence/>").await;
        client.read_until("<presence").await;
        client
    }

    async fn open(&mut self) {
        self.send(&format!(
            "<?xml version='1.0'?><stream:stream to='{HOST}' version='1.0' xmlns='jabber:client' \
             xmlns:stream='http://etherx.jabber.org/streams'>"
        ))
        .await;
        self.read_until("</stream:features>").await;
    }

    /// Sends a chat message. The text must not need escaping.
    pub(super) async fn send_message(&mut self, name: &str, text: &str) {
        self.send(&format!("<message type='chat' to='{name}@{HOST}'><body>{text}</body></message>")).await;
    }

    /// Sends a ping and waits for the reply (XEP-0199).
    pub(super) async fn ping(&mut self) {
        self.send(&format!("<iq type='get' id='ping' to='{HOST}'><ping xmlns='urn:xmpp:ping'/></iq>")).await;
        self.read_until("ping").await;
    }

    /// Reads until the server closes the connection.
    pub(super) async fn read_to_end(&mut self) {
        let mut buffer = vec![0; 16 * 1024];
        while self.stream.read(&mut buffer).await.is_ok_and(|read| read > 0) {}
    }

    async fn send(&mut self, text: &str) {
        self.stream.write_all(text.as_bytes()).await.unwrap();
    }

    /// Reads until the stream has this text, and drops what was read.
    async fn read_until(&mut self, text: &str) {
        loop {
            if self.read.windows(text.len()).any(|window| window == text.as_bytes()) {
                self.read.clear();
                return;
            }
            let read = self.stream.read_buf(&mut self.read).await.unwrap();
            let received = String::from_utf8_lossy(&self.read);
            assert!(read > 0, "Prosody closed the connection before {text:?}: {received}");
        }
    }
}

/// Encodes bytes as base 64 (RFC 4648, section 4).
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    bytes
        .chunks(3)
        .flat_map(|three| {
            let bits = (0..3).fold(0_u32, |bits, at| bits << 8 | u32::from(*three.get(at).unwrap_or(&0)));
            (0..4).map(move |index| match index > three.len() {
                true => '=',
                false => char::from(ALPHABET[(bits >> (18 - 6 * index) & 63) as usize]),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn base64_matches_the_test_vectors_of_the_rfc() {
        for (plain, coded) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(super::base64(plain.as_bytes()), coded);
        }
    }
}
