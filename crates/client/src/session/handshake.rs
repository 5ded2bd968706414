//! The handshake: identity of the hub, token, socket, hello and welcome.

use std::sync::Arc;
use std::time::Duration;

use deskbell_protocol::{
    ClientFrame, ErrorBody, ErrorCode, HubFrame, HubId, LogPosition, Millis, PROTOCOL_VERSION,
};
use tokio::time::timeout;

use super::close_reason::CloseReason;
use super::socket::Socket;
use crate::cache::Cache;
use crate::config::HubAddress;
use crate::context::Context;
use crate::http_client::{self, ApiClient, ApiError};
use crate::hub_identity;

/// How long the hub may take to answer a hello.
const WELCOME_TIMEOUT: Duration = Duration::from_secs(10);

/// What the handshakes of a session share.
pub(super) struct Handshake {
    pub(super) context: Arc<Context>,
    pub(super) http: reqwest::Client,
    /// The hub that this workspace belongs to, once it is known.
    hub_id: Option<HubId>,
    /// The token that the hub accepted last.
    pub(super) token: Option<String>,
    /// Whether the token of the hub's address was used already. Once refused, it is not tried again.
    pub(super) address_token_used: bool,
}

/// A connection whose hello was accepted.
pub(super) struct Established {
    pub(super) socket: Socket,
    pub(super) api_client: ApiClient,
    /// The log position at which everything is up to date.
    pub(super) head: LogPosition,
    /// The hub's clock minus this desktop's, in milliseconds.
    pub(super) clock_offset: i64,
    /// The time between two pings.
    pub(super) heartbeat: Duration,
}

struct Welcome {
    head: LogPosition,
    now: Millis,
    heartbeat: Duration,
}

impl Handshake {
    pub(super) fn new(context: Arc<Context>, http: reqwest::Client) -> Self {
        Self { context, http, hub_id: None, token: None, address_token_used: false }
    }

    /// Checks the identity of the hub, signs in if necessary, connects and says hello.
    pub(super) async fn connect(
        &mut self,
        hub: &HubAddress,
        cache: &Cache,
    ) -> Result<Established, CloseReason> {
        let base = hub.url.trim_end_matches('/').to_owned();
        // Before the token or the password is sent to the address.
        self.check_identity(&base).await?;
        let (mut token, fresh) = self.token(hub, &base).await?;
        let (socket, welcome) = match self.hello(&base, &token, cache).await {
            Err(CloseReason::Unauthorized(error)) if !fresh => {
                self.forget_token().await;
                if hub.password.is_none() {
                    return Err(CloseReason::Unauthorized(error));
                }
                token = self.sign_in(hub, &base).await?;
                self.hello(&base, &token, cache).await?
            }
            Err(CloseReason::Unauthorized(error)) => {
                self.forget_token().await;
                return Err(CloseReason::Unauthorized(error));
            }
            other => other?,
        };
        Ok(Established {
            socket,
            api_client: ApiClient::new(self.http.clone(), &base, &token),
            head: welcome.head,
            clock_offset: welcome.now.since(self.context.now()),
            heartbeat: welcome.heartbeat,
        })
    }

    /// Checks that the hub at the address is the one that this workspace belongs to.
    async fn check_identity(&mut self, base: &str) -> Result<(), CloseReason> {
        let identity = http_client::identity(&self.http, base).await.map_err(|error| match error {
            ApiError::Refused(error) if error.code == ErrorCode::NotFound => {
                CloseReason::Lost("No hub answers at its address.")
            }
            other => other.into(),
        })?;
        if identity.protocol != PROTOCOL_VERSION {
            return Err(incompatible());
        }
        self.check_hub_id(identity.hub)
    }

    /// Checks the id of a hub against the one of the workspace. A workspace without one takes the first
    /// hub's.
    fn check_hub_id(&mut self, hub: HubId) -> Result<(), CloseReason> {
        self.hub_id = self.hub_id.or_else(|| hub_identity::read_hub_id(&self.context.folder));
        match self.hub_id {
            Some(expected) if expected == hub => Ok(()),
            Some(_other) => Err(CloseReason::Refused(ErrorBody::new(
                ErrorCode::OtherHub,
                "Another hub answers at this address. Nothing was read from it and nothing sent to it; what you \
                 have written waits for yours.",
            ))),
            None => {
                hub_identity::write_hub_id(&self.context.folder, hub).map_err(|error| {
                    tracing::warn!(%error, "the hub's id could not be written");
                    CloseReason::Lost(
                        "The disk of this desktop cannot be written to. Make room; it is tried again.",
                    )
                })?;
                self.hub_id = Some(hub);
                Ok(())
            }
        }
    }

    async fn hello(
        &mut self,
        base: &str,
        token: &str,
        cache: &Cache,
    ) -> Result<(Socket, Welcome), CloseReason> {
        let cursor = cache.cursor().await?;
        let mut socket = Socket::open(base).await?;
        socket
            .send(&ClientFrame::Hello {
                protocol: PROTOCOL_VERSION,
                token: token.to_owned(),
                app: format!("deskbell {}", self.context.host.version),
                capabilities: Vec::new(),
                cursor,
            })
            .await?;
        loop {
            let frame = timeout(WELCOME_TIMEOUT, socket.next())
                .await
                .map_err(|_| CloseReason::Lost("The hub does not answer."))??;
            match frame {
                HubFrame::Welcome { protocol, hub, head, now, agent, settings, .. }
                    if protocol == PROTOCOL_VERSION =>
                {
                    self.check_hub_id(hub)?;
                    let heartbeat = Duration::from_secs(u64::from(settings.heartbeat_s.max(1)));
                    cache.welcome(agent, *settings).await?;
                    return Ok((socket, Welcome { head, now, heartbeat }));
                }
                HubFrame::Welcome { .. } => return Err(incompatible()),
                HubFrame::Refused { error } => return Err(error.into()),
                _ => {}
            }
        }
    }
}

fn incompatible() -> CloseReason {
    CloseReason::Refused(ErrorBody::new(
        ErrorCode::Incompatible,
        "The hub and this app speak different versions. Update the app.",
    ))
}
