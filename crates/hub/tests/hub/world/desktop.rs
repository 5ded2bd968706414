//! An agent's desktop at the other end of the socket.

use std::collections::BTreeMap;

use deskbell_protocol::{
    Agent, Change, Channel, ClientFrame, Command, CommandId, Content, Conversation, ConversationId,
    ConversationPage, Cursor, Entry, ErrorBody, HubFrame, Interaction, InteractionId, InteractionState,
    LogPosition, Message, MessageId, Millis, Notice, Offer, OfferState, PROTOCOL_VERSION, Readiness,
    Snapshot,
};
use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message as Ws;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use super::{MORNING, World, within};

pub(crate) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

pub(crate) async fn socket(world: &World) -> Socket {
    tokio_tungstenite::connect_async(format!("ws://{}/v1/agent", world.address)).await.unwrap().0
}

pub(crate) fn hello(token: &str, cursor: Option<Cursor>) -> ClientFrame {
    ClientFrame::Hello {
        protocol: PROTOCOL_VERSION,
        token: token.to_owned(),
        app: "a test".to_owned(),
        capabilities: Vec::new(),
        cursor,
    }
}

pub(crate) async fn send_frame(socket: &mut Socket, frame: &ClientFrame) {
    socket.send(Ws::text(serde_json::to_string(frame).unwrap())).await.unwrap();
}

/// The next frame; `None` once the hub closed the connection.
pub(crate) async fn receive_frame(socket: &mut Socket) -> Option<HubFrame> {
    within("the hub sends a frame", async {
        loop {
            match socket.next().await {
                Some(Ok(Ws::Text(text))) => return Some(serde_json::from_str(&text).unwrap()),
                Some(Ok(Ws::Close(_)) | Err(_)) | None => return None,
                Some(Ok(_)) => {}
            }
        }
    })
    .await
}

/// An agent's desktop: a socket, and the rows that it has received.
pub(crate) struct Desktop {
    pub(crate) me: Agent,
    pub(crate) token: String,
    pub(crate) cursor: Cursor,
    pub(crate) live: bool,
    pub(crate) too_old: bool,
    pub(crate) conversations: BTreeMap<ConversationId, Conversation>,
    pub(crate) interactions: BTreeMap<InteractionId, Interaction>,
    pub(crate) messages: BTreeMap<String, Message>,
    pub(crate) offers: BTreeMap<deskbell_protocol::OfferId, Offer>,
    pub(crate) status: Option<deskbell_protocol::ChannelStatus>,
    /// All entries in the order of their arrival.
    pub(crate) entries: Vec<Entry>,
    pub(crate) replies: BTreeMap<CommandId, Option<ErrorBody>>,
    /// Frames without rows, until a test reads them.
    aside: std::collections::VecDeque<HubFrame>,
    socket: Socket,
}

impl Desktop {
    /// Connects with or without a cursor.
    pub(crate) async fn connect(world: &World, token: &str, cursor: Option<Cursor>) -> Self {
        Self::over(socket(world).await, token, cursor).await
    }

    /// Connects with a receive buffer of a few kilobytes, so that unread frames soon wait at the hub.
    pub(crate) async fn connect_with_small_buffer(
        world: &World,
        token: &str,
        cursor: Option<Cursor>,
    ) -> Self {
        let line = tokio::net::TcpSocket::new_v4().unwrap();
        line.set_recv_buffer_size(4096).unwrap();
        let line = line.connect(world.address.parse().unwrap()).await.unwrap();
        let url = format!("ws://{}/v1/agent", world.address);
        let (socket, _) = tokio_tungstenite::client_async(url, MaybeTlsStream::Plain(line)).await.unwrap();
        Self::over(socket, token, cursor).await
    }

    async fn over(mut socket: Socket, token: &str, cursor: Option<Cursor>) -> Self {
        send_frame(&mut socket, &hello(token, cursor)).await;
        let Some(HubFrame::Welcome { generation, agent, .. }) = receive_frame(&mut socket).await else {
            panic!("no welcome")
        };
        Self {
            me: agent,
            token: token.to_owned(),
            cursor: cursor.unwrap_or(Cursor { generation, position: LogPosition(0) }),
            live: false,
            too_old: false,
            conversations: BTreeMap::new(),
            interactions: BTreeMap::new(),
            messages: BTreeMap::new(),
            offers: BTreeMap::new(),
            status: None,
            entries: Vec::new(),
            replies: BTreeMap::new(),
            aside: std::collections::VecDeque::new(),
            socket,
        }
    }

    /// Reads everything by HTTP, as after a `cursor_too_old`, and goes live.
    pub(crate) async fn read_snapshot(&mut self, world: &World) {
        self.until("the hub says that the cursor is too old", |desktop| desktop.too_old.then_some(())).await;
        let snapshot: Snapshot = world.get(&self.token, "/v1/snapshot").await;
        self.offers = snapshot.offers.into_iter().map(|offer| (offer.id, offer)).collect();
        self.status = snapshot.statuses.into_iter().find(|status| status.channel == Channel::Whatsapp);
        self.conversations.clear();
        self.interactions.clear();
        self.messages.clear();
        self.page_in(world, "").await;
        self.cursor = Cursor { generation: snapshot.generation, position: snapshot.head };
        send_frame(&mut self.socket, &ClientFrame::Resume { cursor: self.cursor }).await;
        self.until("the desktop is live", |desktop| desktop.live.then_some(())).await;
    }

    /// Pages in conversations and their messages.
    pub(crate) async fn page_in(&mut self, world: &World, narrow: &str) {
        let page: ConversationPage =
            world.get(&self.token, &format!("/v1/conversations?limit=200{narrow}")).await;
        for detail in page.conversations {
            let id = detail.conversation.id;
            self.conversations.insert(id, detail.conversation);
            for interaction in detail.interactions {
                self.interactions.insert(interaction.id, interaction);
            }
            let messages: deskbell_protocol::MessagePage =
                world.get(&self.token, &format!("/v1/conversations/{id}/messages")).await;
            for message in messages.messages {
                self.messages.insert(message.position.to_string(), message);
            }
        }
    }

    fn apply(&mut self, frame: HubFrame) {
        match frame {
            HubFrame::CursorTooOld {} => self.too_old = true,
            HubFrame::Reply { id, error } => {
                self.replies.insert(id, error);
            }
            HubFrame::Entries { entries, upto } => {
                for entry in entries {
                    assert!(entry.position > self.cursor.position, "an entry came twice");
                    assert!(entry.position <= upto);
                    match entry.change.clone() {
                        Change::Conversation { row } => drop(self.conversations.insert(row.id, row)),
                        Change::Interaction { row } => drop(self.interactions.insert(row.id, row)),
                        Change::Message { row } => drop(self.messages.insert(row.position.to_string(), row)),
                        Change::Offer { row } => drop(self.offers.insert(row.id, row)),
                        Change::Status { row } => self.status = Some(row),
                        Change::Contact { .. }
                        | Change::Assignment { .. }
                        | Change::AccountHealth { .. }
                        | Change::Granted { .. }
                        | Change::Revoked { .. }
                        | Change::Unknown => {}
                    }
                    self.entries.push(entry);
                }
                assert!(upto >= self.cursor.position, "the cursor went back");
                self.cursor.position = upto;
                self.live = true;
            }
            frame @ HubFrame::Lookers { .. } => self.aside.push_back(frame),
            _ => {}
        }
    }

    /// Applies frames until `look` finds something.
    pub(crate) async fn until<T>(&mut self, what: &str, look: impl Fn(&Self) -> Option<T>) -> T {
        within(what, async {
            loop {
                if let Some(found) = look(self) {
                    return found;
                }
                let frame = receive_frame(&mut self.socket).await;
                self.apply(frame.unwrap_or_else(|| panic!("the hub hung up; in vain: {what}")));
            }
        })
        .await
    }

    /// Waits for a frame in which `look` finds something. Earlier frames about lookers are dropped.
    pub(crate) async fn receives<T>(&mut self, look: impl Fn(HubFrame) -> Option<T>) -> T {
        within("the frame arrives", async {
            loop {
                let seen = self.aside.pop_front();
                let frame = match seen {
                    Some(frame) => frame,
                    None => receive_frame(&mut self.socket).await.unwrap(),
                };
                if let Some(found) = look(frame.clone()) {
                    return found;
                }
                if !matches!(frame, HubFrame::Lookers { .. }) {
                    self.apply(frame);
                }
            }
        })
        .await
    }

    /// Sends a command and waits for its answer.
    pub(crate) async fn commands(&mut self, command: Command) -> Result<(), ErrorBody> {
        let id = match &command {
            Command::SendMessage { message, .. } => CommandId::from(*message),
            _ => CommandId::fresh(),
        };
        self.commands_as(id, command).await
    }

    pub(crate) async fn commands_as(&mut self, id: CommandId, command: Command) -> Result<(), ErrorBody> {
        self.replies.remove(&id);
        send_frame(&mut self.socket, &ClientFrame::Command { id, command }).await;
        let answer = self.until("the command is answered", |desktop| desktop.replies.get(&id).cloned()).await;
        answer.map_or(Ok(()), Err)
    }

    pub(crate) async fn becomes(&mut self, readiness: Readiness) {
        let command = Command::SetStatus { channel: Channel::Whatsapp, readiness, reason: None };
        self.commands(command).await.unwrap();
        self.until("the new status is shown", |desktop| {
            desktop.status.as_ref().is_some_and(|status| status.readiness == readiness).then_some(())
        })
        .await;
    }

    /// Waits for a ringing offer.
    pub(crate) async fn rings(&mut self) -> Offer {
        self.until("something rings", |desktop| {
            desktop.offers.values().find(|offer| offer.state == OfferState::Ringing).cloned()
        })
        .await
    }

    pub(crate) async fn offer_is(&mut self, offer: &Offer, state: OfferState) {
        let id = offer.id;
        self.until(&format!("the offer is {state:?}"), |desktop| {
            desktop.offers.get(&id).is_some_and(|offer| offer.state == state).then_some(())
        })
        .await;
    }

    /// Waits for a ringing offer and accepts it. Returns the active interaction.
    pub(crate) async fn accepts(&mut self, world: &World) -> Interaction {
        let offer = self.rings().await;
        self.commands(Command::AcceptOffer { offer: offer.id }).await.unwrap();
        let taken = self.interaction_is(offer.interaction, InteractionState::Active).await;
        self.page_in(world, &format!("&conversation={}", offer.conversation)).await;
        taken
    }

    pub(crate) async fn interaction_is(&mut self, id: InteractionId, state: InteractionState) -> Interaction {
        self.until(&format!("the interaction is {state:?}"), |desktop| {
            desktop.interactions.get(&id).filter(|interaction| interaction.state == state).cloned()
        })
        .await
    }

    pub(crate) async fn sends(
        &mut self,
        conversation: ConversationId,
        text: &str,
    ) -> Result<MessageId, ErrorBody> {
        let message = MessageId::fresh();
        self.commands(send(message, conversation, text)).await.map(|()| message)
    }

    pub(crate) async fn delivery_is(
        &mut self,
        id: MessageId,
        state: deskbell_protocol::DeliveryState,
    ) -> Message {
        self.until(&format!("the message is {state:?}"), |desktop| {
            desktop.messages.values().find(|m| m.id == id && m.delivery == Some(state)).cloned()
        })
        .await
    }

    /// Waits until this text is in a transcript.
    pub(crate) async fn reads(&mut self, text: &str) -> Message {
        self.until(&format!("{text:?} is shown"), |desktop| {
            desktop.messages.values().find(|message| says(message, text)).cloned()
        })
        .await
    }

    /// Waits until this text is in a transcript. If the hub has closed the connection because frames were not read in
    /// time, the desktop reconnects with its cursor.
    pub(crate) async fn reads_eventually(&mut self, world: &World, text: &str) {
        while !self.messages.values().any(|message| says(message, text)) {
            match receive_frame(&mut self.socket).await {
                Some(frame) => self.apply(frame),
                None => {
                    self.socket = socket(world).await;
                    send_frame(&mut self.socket, &hello(&self.token, Some(self.cursor))).await;
                }
            }
        }
    }

    /// Waits until a matching notice is in a transcript.
    pub(crate) async fn notices(&mut self, what: impl Fn(&Notice) -> bool) -> Message {
        self.until("the system says so", |desktop| {
            desktop
                .messages
                .values()
                .find(|message| matches!(&message.content, Content::Notice { notice } if what(notice)))
                .cloned()
        })
        .await
    }

    /// Applies everything that the hub has sent: pings, and reads until the pong.
    pub(crate) async fn settles(&mut self) {
        send_frame(&mut self.socket, &ClientFrame::Ping { n: 7 }).await;
        within("the hub answers a ping", async {
            loop {
                match receive_frame(&mut self.socket).await.unwrap() {
                    HubFrame::Pong { .. } => return,
                    frame => self.apply(frame),
                }
            }
        })
        .await;
    }

    pub(crate) fn ringing(&self) -> usize {
        self.offers.values().filter(|offer| offer.state == OfferState::Ringing).count()
    }

    pub(crate) async fn frame(&mut self, frame: &ClientFrame) {
        send_frame(&mut self.socket, frame).await;
    }

    pub(crate) async fn sends_raw(&mut self, text: String) {
        self.socket.send(Ws::text(text)).await.unwrap();
    }

    /// Reads until the hub closes the connection, and returns the reason if it sent one.
    pub(crate) async fn close_error(&mut self) -> Option<ErrorBody> {
        let mut why = None;
        while let Some(frame) = receive_frame(&mut self.socket).await {
            match frame {
                HubFrame::Refused { error } => why = Some(error),
                frame => self.apply(frame),
            }
        }
        why
    }

    /// Closes the connection, and waits until the hub has noticed.
    pub(crate) async fn hangs_up(mut self, world: &World) {
        let before = world.admin.count_sessions(self.me.id).await.unwrap();
        self.socket.close(None).await.unwrap();
        within("the hub notices that the desktop left", async {
            while world.admin.count_sessions(self.me.id).await.unwrap() >= before {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }
}

pub(crate) fn says(message: &Message, text: &str) -> bool {
    matches!(&message.content, Content::Text { body } if body == text)
}

pub(crate) fn send(message: MessageId, conversation: ConversationId, text: &str) -> Command {
    Command::SendMessage {
        message,
        conversation,
        body: text.to_owned(),
        written_at: Millis(MORNING),
        seen: None,
    }
}
