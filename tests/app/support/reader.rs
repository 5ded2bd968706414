//! Somebody who reads at the hub, past any app.

use deskbell_protocol::{
    Author, Content, ConversationDetail, ConversationPage, Message, MessagePage, SignIn, SignedIn,
};

/// An agent with nothing but HTTP.
pub(crate) struct Reader {
    client: reqwest::Client,
    pub(crate) hub: String,
    token: String,
}

impl Reader {
    pub(crate) async fn sign_in(hub: &str, name: &str, password: &str) -> Self {
        let client = reqwest::Client::new();
        let body = SignIn { name: name.to_owned(), password: password.to_owned() };
        let answer = client.post(format!("{hub}/v1/sign-in")).json(&body).send().await.expect("the hub");
        let signed_in: SignedIn = answer.json().await.expect("a sign-in");
        Self { client, hub: hub.to_owned(), token: signed_in.token }
    }

    pub(crate) async fn get<T: serde::de::DeserializeOwned>(&self, path: &str) -> T {
        let request = self.client.get(format!("{}{path}", self.hub)).bearer_auth(&self.token);
        request.send().await.expect("the hub").json().await.unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// All conversations that come to this agent by themselves, each with its whole transcript, oldest first.
    pub(crate) async fn everything(&self) -> Vec<(ConversationDetail, Vec<Message>)> {
        let page: ConversationPage = self.get("/v1/conversations?limit=500").await;
        assert_eq!(page.next, None, "one page is enough here");
        let mut everything = Vec::new();
        for detail in page.conversations {
            let (id, mut messages, mut before) = (detail.conversation.id, Vec::new(), String::new());
            loop {
                let page: MessagePage =
                    self.get(&format!("/v1/conversations/{id}/messages?limit=500{before}")).await;
                messages.extend(page.messages);
                let Some(next) = page.next else { break };
                before = format!("&before={next}");
            }
            messages.reverse();
            everything.push((detail, messages));
        }
        everything
    }
}

/// What a person said in this message.
pub(crate) fn text(message: &Message) -> Option<&str> {
    match (&message.author, &message.content) {
        (Author::System, _) => None,
        (_, Content::Text { body }) => Some(body),
        _ => None,
    }
}
