//! Getting in: the socket, who we are, the hello and its answer.

use std::sync::Arc;
use std::time::Duration;

use deskbell_protocol::{
    ClientFrame, ErrorBody, ErrorCode, HubFrame, HubId, LogPosition, Millis, PROTOCOL_VERSION,
};
use tokio::time::timeout;

use super::End;
use super::link::Link;
use crate::cache::Cache;
use crate::engine::{HubAddress, Parts};
use crate::pin;
use crate::transfer::{self, Transfer, TransferError};

/// How long the hub may take to answer a hello.
const HELLO: Duration = Duration::from_secs(10);

/// What it takes to get in, again and again.
pub(super) struct Entrance {
    pub(super) parts: Arc<Parts>,
    pub(super) http: reqwest::Client,
    /// The hub that this workspace belongs to, once it is known.
    pub(super) hub: Option<HubId>,
    pub(super) token: Option<String>,
    /// Whether the token that came with the address was used: once it is refused, it is not tried again.
    pub(super) brought: bool,
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
        // Before anything is shown to whoever answers.
        self.recognise(&base).await?;
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
            Err(End::Unauthorized(error)) => {
                self.forget_token().await;
                return Err(End::Unauthorized(error));
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

    /// Sees that the hub at the address is the one that this workspace belongs to.
    async fn recognise(&mut self, base: &str) -> Result<(), End> {
        let identity = transfer::identity(&self.http, base).await.map_err(|error| match error {
            TransferError::Refused(error) if error.code == ErrorCode::NotFound => {
                End::Lost("No hub answers at its address.")
            }
            other => other.into(),
        })?;
        if identity.protocol != PROTOCOL_VERSION {
            return Err(incompatible());
        }
        self.is_ours(identity.hub)
    }

    /// Whether this is our hub. The first one that is met is, from then on.
    fn is_ours(&mut self, hub: HubId) -> Result<(), End> {
        self.hub = self.hub.or_else(|| pin::pinned(&self.parts.folder));
        match self.hub {
            Some(ours) if ours == hub => Ok(()),
            Some(_other) => Err(End::Refused(ErrorBody::new(
                ErrorCode::OtherHub,
                "Another hub answers at this address. Nothing was read from it and nothing sent to it; what you \
                 have written waits for yours.",
            ))),
            None => {
                pin::pin(&self.parts.folder, hub).map_err(|error| {
                    tracing::warn!(%error, "which hub this is could not be written down");
                    End::Lost("The disk of this desktop cannot be written to. Make room; it is tried again.")
                })?;
                self.hub = Some(hub);
                Ok(())
            }
        }
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
                HubFrame::Welcome { protocol, hub, head, now, agent, settings, .. }
                    if protocol == PROTOCOL_VERSION =>
                {
                    self.is_ours(hub)?;
                    let heartbeat = Duration::from_secs(u64::from(settings.heartbeat_s.max(1)));
                    cache.welcome(agent, *settings).await?;
                    return Ok((link, Welcome { head, now, heartbeat }));
                }
                HubFrame::Welcome { .. } => {
                    return Err(incompatible());
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

fn incompatible() -> End {
    End::Refused(ErrorBody::new(
        ErrorCode::Incompatible,
        "The hub and this app speak different versions. Update the app.",
    ))
}
