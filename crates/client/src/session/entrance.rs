//! Getting in: the socket, who we are, the hello and its answer.

use std::sync::Arc;
use std::time::Duration;

use deskbell_protocol::{ClientFrame, ErrorBody, ErrorCode, HubFrame, LogPosition, Millis, PROTOCOL_VERSION};
use tokio::time::timeout;

use super::End;
use super::link::Link;
use crate::cache::Cache;
use crate::engine::{HubAddress, Parts};
use crate::transfer::{Transfer, TransferError};

/// How long the hub may take to answer a hello.
const HELLO: Duration = Duration::from_secs(10);

/// What it takes to get in, again and again.
pub(super) struct Entrance {
    pub(super) parts: Arc<Parts>,
    pub(super) http: reqwest::Client,
    pub(super) token: Option<String>,
}

/// A connection whose hello was accepted.
pub(super) struct Entered {
    pub(super) link: Link,
    pub(super) transfer: Transfer,
    /// Up to where the log has to be read to be up to date.
    pub(super) head: LogPosition,
    pub(super) clock_offset: i64,
    pub(super) heartbeat: Duration,
}

struct Welcome {
    head: LogPosition,
    now: Millis,
    heartbeat: Duration,
}

impl Entrance {
    /// Signs in if need be, connects and says hello.
    pub(super) async fn begin(&mut self, hub: &HubAddress, cache: &Cache) -> Result<Entered, End> {
        let base = hub.url.trim_end_matches('/').to_owned();
        let (mut token, fresh) = self.token(hub, &base).await?;
        let (link, welcome) = match self.hello(&base, &token, cache).await {
            Err(End::Unauthorized(error)) if !fresh => {
                self.forget_token().await;
                if hub.password.is_none() {
                    return Err(End::Unauthorized(error));
                }
                token = self.sign_in(hub, &base).await?;
                self.hello(&base, &token, cache).await?
            }
            other => other?,
        };
        Ok(Entered {
            link,
            transfer: Transfer::new(self.http.clone(), &base, &token),
            head: welcome.head,
            clock_offset: welcome.now.since(self.parts.now()),
            heartbeat: welcome.heartbeat,
        })
    }

    async fn hello(&mut self, base: &str, token: &str, cache: &Cache) -> Result<(Link, Welcome), End> {
        let cursor = cache.cursor().await?;
        let mut link = Link::open(base).await?;
        link.send(&ClientFrame::Hello {
            protocol: PROTOCOL_VERSION,
            token: token.to_owned(),
            app: format!("deskbell {}", self.parts.host.version),
            capabilities: Vec::new(),
            cursor,
        })
        .await?;
        loop {
            let frame =
                timeout(HELLO, link.next()).await.map_err(|_| End::Lost("The hub does not answer."))??;
            match frame {
                HubFrame::Welcome { protocol, head, now, agent, settings, .. }
                    if protocol == PROTOCOL_VERSION =>
                {
                    let heartbeat = Duration::from_secs(u64::from(settings.heartbeat_s.max(1)));
                    cache.welcome(agent, settings).await?;
                    return Ok((link, Welcome { head, now, heartbeat }));
                }
                HubFrame::Welcome { .. } => {
                    return Err(End::Refused(ErrorBody::new(
                        ErrorCode::Incompatible,
                        "The hub and this app speak different versions. Update the app.",
                    )));
                }
                HubFrame::Refused { error } if error.code == ErrorCode::Unauthorized => {
                    return Err(End::Unauthorized(error));
                }
                HubFrame::Refused { error } => return Err(TransferError::Refused(error).into()),
                _ => {}
            }
        }
    }
}
