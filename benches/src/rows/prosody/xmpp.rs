//! As much of XMPP as it takes to say something (RFC 6120, 6121; SASL PLAIN, RFC 4616).

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The server's own name.
pub(super) const HOST: &str = "localhost";

/// One signed-in connection.
pub(super) struct Client {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Client {
    /// Signs in and says that this person is there.
    pub(super) async fn connect(address: SocketAddr, name: &str) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let mut client = Self { stream, read: Vec::new() };
        client.open().await;
        let plain = base64(format!("\0{name}\0password").as_bytes());
        client
            .say(&format!("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{plain}</auth>"))
            .await;
        client.hear("<success").await;
        client.open().await;
        client.say("<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>").await;
        client.hear("</iq>").await;
        client.say("<presence/>").await;
        client.hear("<presence").await;
        client
    }

    async fn open(&mut self) {
        self.say(&format!(
            "<?xml version='1.0'?><stream:stream to='{HOST}' version='1.0' xmlns='jabber:client' \
             xmlns:stream='http://etherx.jabber.org/streams'>"
        ))
        .await;
        self.hear("</stream:features>").await;
    }

    /// Writes to somebody. The texts of this program need no escaping.
    pub(super) async fn write_to(&mut self, name: &str, text: &str) {
        self.say(&format!("<message type='chat' to='{name}@{HOST}'><body>{text}</body></message>")).await;
    }

    /// Asks the server for a sign of life and waits for it.
    pub(super) async fn ping(&mut self) {
        self.say(&format!("<iq type='get' id='ping' to='{HOST}'><ping xmlns='urn:xmpp:ping'/></iq>")).await;
        self.hear("ping").await;
    }

    /// Reads until the server hangs up.
    pub(super) async fn read_to_the_end(&mut self) {
        let mut buffer = vec![0; 16 * 1024];
        while self.stream.read(&mut buffer).await.is_ok_and(|read| read > 0) {}
    }

    async fn say(&mut self, words: &str) {
        self.stream.write_all(words.as_bytes()).await.unwrap();
    }

    /// Reads until this was said, and forgets everything up to there.
    async fn hear(&mut self, words: &str) {
        loop {
            if self.read.windows(words.len()).any(|window| window == words.as_bytes()) {
                self.read.clear();
                return;
            }
            let read = self.stream.read_buf(&mut self.read).await.unwrap();
            let heard = String::from_utf8_lossy(&self.read);
            assert!(read > 0, "Prosody hung up instead of saying {words:?}: {heard}");
        }
    }
}

/// Base 64 (RFC 4648, section 4).
fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    bytes
        .chunks(3)
        .flat_map(|three| {
            let bits = (0..3).fold(0_u32, |bits, at| bits << 8 | u32::from(*three.get(at).unwrap_or(&0)));
            (0..4).map(move |sign| match sign > three.len() {
                true => '=',
                false => char::from(SIGNS[(bits >> (18 - 6 * sign) & 63) as usize]),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn base_64_as_the_rfc_shows_it() {
        for (plain, coded) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(super::base64(plain.as_bytes()), coded);
        }
    }
}
