//! Messages for the outbox: texts and filled-in templates.

use deskbell_protocol::{
    ConversationId, ErrorBody, ErrorCode, FilledTemplate, MAX_VARIABLE_CHARS, MessageId, Position, TextLimit,
    TextUnit,
};

use super::{cache, fits_frame, to_body};
use crate::api::{Outgoing, OutgoingContent, OutgoingState, Reply};
use crate::cache::OutboxRow;
use crate::context::Context;

/// The largest filled-in template, in bytes: it has to fit into one frame.
const TEMPLATE_BYTES: usize = 32 * 1024;

/// Puts a message into the outbox. It is on the disk before the reply.
pub(super) async fn enqueue(
    context: &Context,
    id: MessageId,
    conversation: ConversationId,
    content: OutgoingContent,
    seen: Option<Position>,
) -> Result<Reply, ErrorBody> {
    let (body, template) = match content {
        OutgoingContent::Text { body } => {
            check_text(&body, cache(context)?.text_limit(conversation).await.map_err(to_body)?)?;
            (body, None)
        }
        OutgoingContent::Template { template, preview } => {
            check_template(&template, &preview)?;
            (preview, Some(template))
        }
    };
    let state = OutgoingState::Queued;
    let outgoing =
        Outgoing { id, conversation, body, template, written_at: context.now(), state, failure: None };
    cache(context)?.enqueue(OutboxRow { outgoing, seen }).await.map_err(to_body)?;
    context.outbox.notify_one();
    Ok(Reply::Done)
}

fn check_text(body: &str, limit: TextLimit) -> Result<(), ErrorBody> {
    if body.trim().is_empty() {
        return Err(ErrorBody::new(ErrorCode::Malformed, "There is nothing to send."));
    }
    if limit.fits(body) && fits_frame(body) {
        return Ok(());
    }
    let TextLimit { max, unit } = limit;
    let unit = match unit {
        TextUnit::Characters | TextUnit::Utf16 => "characters",
        TextUnit::SmsSegments => "SMS segments",
    };
    let sentence = format!("A message has at most {max} {unit}. It was not sent; please shorten it.");
    Err(ErrorBody::new(ErrorCode::TooLarge, sentence))
}

fn check_template(template: &FilledTemplate, preview: &str) -> Result<(), ErrorBody> {
    let is_filled = |value: &String| !value.trim().is_empty() && !value.contains(['\n', '\r']);
    if template.name.is_empty() || template.language.is_empty() || !template.values.iter().all(is_filled) {
        return Err(ErrorBody::new(
            ErrorCode::Malformed,
            "Every variable of a notification needs a value on one line. It was not sent.",
        ));
    }
    let bytes: usize = template.values.iter().map(String::len).sum();
    let bytes = bytes.saturating_add(template.name.len()).saturating_add(template.language.len());
    if template.values.iter().any(|value| value.chars().count() > MAX_VARIABLE_CHARS)
        || bytes > TEMPLATE_BYTES
        || preview.len() > TEMPLATE_BYTES
    {
        return Err(ErrorBody::new(
            ErrorCode::TooLarge,
            format!(
                "A value has at most {MAX_VARIABLE_CHARS} characters. It was not sent; please shorten it."
            ),
        ));
    }
    Ok(())
}
