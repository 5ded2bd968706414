//! The HTTP face that a hub's connector posts to.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};

use super::answers::{self, Refusal};
use super::checks::{self, Address, Post, Said};
use super::world::World;
use super::{standing, templates};
use crate::customer::Fate;

/// The routes of the provider.
pub(super) fn router(world: Arc<World>) -> Router {
    Router::new()
        .route("/{version}/{number}/messages", post(messages))
        .route("/{version}/{number}", get(standing::number))
        .route("/{version}/{number}/message_templates", get(templates::list))
        .route("/{version}/{number}/subscribed_apps", get(standing::subscribed_apps))
        .fallback(|| async { Refusal::of(100, "Unknown path components") })
        .with_state(world)
}

async fn messages(
    State(world): State<Arc<World>>,
    Path((version, number)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if let Some(retry_after_s) = world.faults.take_busy() {
        return answers::busy(retry_after_s);
    }
    if world.faults.take_broken() {
        return answers::broken();
    }
    match take(&world, &version, &number, &headers, &body) {
        Err(refusal) => refusal.into_response(),
        Ok(taken) => {
            world.faults.answers_flow().await;
            taken
        }
    }
}

fn take(
    world: &Arc<World>,
    version: &str,
    number: &str,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Response, Refusal> {
    admitted(world, version, headers)?;
    if number != world.account.phone_number_id {
        return Err(Refusal::unknown_object(number));
    }
    match checks::read(body)? {
        Post::Read { wamid, typing } => {
            if !world.business_read(&wamid, typing) {
                return Err(Refusal::of(100, "There is no such message"));
            }
            Ok(axum::Json(json!({"success": true})).into_response())
        }
        Post::Message { to, said, echo } => write(world, to, said, echo),
    }
}

/// Whether the caller speaks to this API with the token it was given.
pub(super) fn admitted(world: &World, version: &str, headers: &HeaderMap) -> Result<(), Refusal> {
    if !is_version(version) {
        return Err(Refusal::of(100, "Unknown path components"));
    }
    let token = headers.get(header::AUTHORIZATION).and_then(|it| it.to_str().ok());
    if token.and_then(|it| it.strip_prefix("Bearer ")) != Some(world.account.access_token.as_str()) {
        return Err(Refusal::of(190, "Invalid OAuth access token - Cannot parse access token"));
    }
    if world.faults.is_token_expired() {
        return Err(Refusal::expired_token());
    }
    Ok(())
}

/// `v` and a number such as 26.0.
fn is_version(version: &str) -> bool {
    let digits = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
    version
        .strip_prefix('v')
        .and_then(|it| it.split_once('.'))
        .is_some_and(|(major, minor)| digits(major) && digits(minor))
}

fn write(world: &Arc<World>, to: Address, said: Said, echo: Option<String>) -> Result<Response, Refusal> {
    let (text, always) = match said {
        Said::Text(text) => (text, false),
        Said::Template(filled) => (world.templates.fill(&filled)?, true),
    };
    let (person, contact, number) = match to {
        Address::Lost(id) => {
            world.faults.drop_one();
            return Ok(answers::accepted(json!({"input": id, "wa_id": ""}), &world.wamid_for_nobody()));
        }
        Address::Number(input, digits) => {
            (world.with_phone(&digits), json!({"input": input, "wa_id": digits}), Some(digits))
        }
        Address::UserId(id) => (world.with_user_id(&id), json!({"input": id, "user_id": id}), None),
    };
    let Some(person) = person else {
        let wamid = world.wamid_for_nobody();
        world.report_unreachable(&wamid, number, echo);
        return Ok(answers::accepted(contact, &wamid));
    };
    let fate = person
        .take_fate()
        .or_else(|| (!always && world.window_closed(&person)).then_some(Fate::Fails(131_047)));
    if let Some(Fate::Refused(code)) = fate {
        return Err(Refusal::of(code, "Ordered by the test"));
    }
    let fails = match fate {
        Some(Fate::Fails(code)) => Some(code),
        _ => None,
    };
    let wamid = world.business_writes(&person, text, echo, fails);
    Ok(if fate == Some(Fate::AnswerCut) { answers::cut() } else { accepted(contact, &wamid) })
}

fn accepted(contact: Value, wamid: &str) -> Response {
    answers::accepted(contact, wamid)
}
